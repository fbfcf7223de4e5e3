// A room as a whole: its sleep and its end, clients that fall silent, and rest when nothing is going on.
import { describe, expect, test } from "vitest";
import { arrive, join, meet } from "../support/people.ts";
import { World } from "../support/world.ts";

const lobby = (world: World) => world.room("lobby");

describe("after a sleep", () => {
  test("everybody is there as before, and nobody notices", () => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    world.hibernate(lobby(world));
    alice.send("hello");
    expect(bob.take()).toMatchObject([{ type: "message", text: "hello" }]);
    bob.send("/who");
    expect(bob.last("members")).toMatchObject({
      members: ["alice", "bob"],
      count: 2,
    });
    world.pass(60_000);
    expect(alice.inbox.map(({ type }) => type)).toEqual(["ack"]);
  });

  test("each reads in the format they asked for", () => {
    const world = new World();
    const { alice } = meet(world, "lobby", "alice");
    const text = join(world, "lobby", "bob", { query: { text: true } });
    const batch = join(world, "lobby", "carol", { query: { batch: true } });
    world.hibernate(lobby(world));
    for (const peer of [text, batch]) peer.frames.length = 0;
    alice.send("hello");
    expect(text.frames).toEqual(["alice: hello"]);
    batch.send("/who");
    expect(batch.last("members").count).toBe(3);
  });

  test("who had not joined yet can join, by their bearer token", () => {
    const world = new World();
    const token = "x".repeat(22);
    const peer = world.open("lobby", { token });
    world.hibernate(lobby(world));
    peer.send({ type: "join", username: "alice" });
    world.settle();
    expect(peer.last("welcome")).not.toHaveProperty("token");
  });

  test("a connection that closes wakes the room, and is gone", () => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    world.hibernate(lobby(world));
    alice.close();
    world.pass(4000);
    expect(bob.take()).toMatchObject([{ type: "left", username: "alice" }]);
  });

  test("nothing of a private message is sent twice", () => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    alice.send("@bob psst");
    world.settle();
    world.hibernate(lobby(world));
    world.hibernate(world.directory("bob"));
    alice.send("@bob again");
    world.settle();
    expect(bob.privateTexts).toEqual(["psst", "again"]);
  });
});

describe("after a crash", () => {
  test("who was in mid-join is closed to come back", () => {
    const world = new World();
    const { bob } = meet(world, "lobby", "bob");
    const alice = arrive(world, "lobby", "alice");
    // The memory goes, the sockets stay: not a sleep, as a call is on its way.
    lobby(world).core = null;
    bob.send("hello");
    expect(alice.closed).toBe("restarted");
    world.settle();
    expect(bob.heard).toEqual([]);
    expect(bob.all("ack")).toHaveLength(1);
  });

  test("names are free again once somebody asks for them", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 5 });
    meet(world, "lobby", "alice");
    world.crash(lobby(world));
    const mallory = arrive(world, "lobby", "alice", { as: "mallory" });
    world.settle();
    expect(mallory.last("error")).toMatchObject({
      code: "username_taken",
      retryAfter: 5000,
    });
    world.pass(5000);
    mallory.send("/join alice");
    world.settle();
    expect(mallory.last("welcome").members).toEqual(["alice"]);
  });

  test("their owner is back at once, with what they missed", () => {
    const world = new World();
    const { alice } = meet(world, "lobby", "alice");
    alice.send("hello");
    world.crash(lobby(world));
    const again = join(world, "lobby", "alice");
    expect(again.last("history").messages).toMatchObject([{ text: "hello" }]);
    expect(again.last("welcome").count).toBe(1);
  });
});

describe("a failing disk", () => {
  test("fails a join in clear, not half of it", () => {
    const world = new World();
    const alice = arrive(world, "lobby", "alice");
    lobby(world).database.isFull = true;
    world.settle();
    expect(alice.inbox).toEqual([]);
    expect(alice.closed).toBe("restarted");
    lobby(world).database.isFull = false;
    expect(join(world, "lobby", "alice").last("welcome").count).toBe(1);
  });

  test("in the directory is told to who joins as unavailable", () => {
    const world = new World();
    world.directory("alice").database.isFull = true;
    const alice = arrive(world, "lobby", "alice");
    world.settle();
    expect(alice.last("error").code).toBe("unavailable");
    world.directory("alice").database.isFull = false;
    alice.send("/join alice");
    world.settle();
    expect(alice.last("welcome").count).toBe(1);
  });
});

describe("a client that pings", () => {
  test("and stops is dropped 90 s after the last one, at the next wake", () => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    alice.pingedAt = world.now;
    world.pass(90_000);
    bob.send("still there?");
    expect(alice.closed).toBeNull();
    world.pass(30_001);
    bob.send("and now?");
    expect(alice.closed).toBe("goingAway");
    expect(bob.all("left")).toMatchObject([{ username: "alice" }]);
  });

  test("is not dropped while it says something", () => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    alice.pingedAt = world.now;
    for (let i = 0; i < 10; i++) {
      world.pass(30_000);
      alice.send("here");
      bob.send("here");
    }
    expect(alice.closed).toBeNull();
  });

  test("is not dropped for not being awake: the sleep does not count", () => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    world.hibernate(lobby(world));
    world.pass(600_000);
    alice.pingedAt = world.now - 80_000;
    bob.send("hello");
    expect(alice.closed).toBeNull();
  });

  test("never is not dropped at all", () => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    world.pass(1_000_000);
    bob.send("hello");
    expect(alice.closed).toBeNull();
  });

  test("with other bytes than usual is answered all the same", () => {
    const world = new World();
    const { alice } = meet(world, "lobby", "alice");
    alice.send('{ "type": "ping" }');
    expect(alice.take()).toEqual([{ type: "pong" }]);
  });
});

describe("a quiet room rests", () => {
  test("with no timer and no call, once the last message is told", () => {
    const world = new World();
    const { alice } = meet(world, "lobby", "alice", "bob");
    alice.send("hello");
    expect(lobby(world)).toMatchObject({ timer: null, alarm: null });
    expect(world.flights).toEqual([]);
  });

  test("after everybody went, and its directories with it", () => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    alice.send("@bob psst");
    for (const peer of [alice, bob]) peer.close();
    world.pass(10 * 60_000);
    for (const host of [
      lobby(world),
      world.directory("alice"),
      world.directory("bob"),
    ])
      expect(host).toMatchObject({ timer: null, alarm: null });
    expect(world.directory("bob").database.tables).toEqual({});
  });
});

test("two users who are told apart by name alone share nothing", () => {
  const world = new World();
  const { alice } = meet(world, "lobby", "alice");
  const carol = join(world, "lobby", "carol", { as: "alice" });
  carol.take();
  alice.send("hello");
  expect(carol.heard).toEqual(["hello"]);
  alice.send("/leave");
  expect(carol.last("left").username).toBe("alice");
});
