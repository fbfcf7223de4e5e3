// Room tests: a room continues after a sleep, a crash and a full disk, drops silent clients, and rests when it is quiet.
import { describe, expect, test } from "vitest";
import { join, joinAll, startJoin } from "../support/people.ts";
import { World } from "../support/world.ts";

const lobby = (world: World) => world.room("lobby");

describe("after a sleep", () => {
  test("users are still members after a sleep, and notice nothing", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
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

  test("users get the format that they asked for after a sleep", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    const text = join(world, "lobby", "bob", { query: { text: true } });
    const batch = join(world, "lobby", "carol", { query: { batch: true } });
    world.hibernate(lobby(world));
    for (const peer of [text, batch]) peer.frames.length = 0;
    alice.send("hello");
    expect(text.frames).toEqual(["alice: hello"]);
    batch.send("/who");
    expect(batch.last("members").count).toBe(3);
  });

  test("a user who had not joined can join by the bearer token after a sleep", () => {
    const world = new World();
    const token = "x".repeat(22);
    const peer = world.open("lobby", { token });
    world.hibernate(lobby(world));
    peer.send({ type: "join", username: "alice" });
    world.settle();
    expect(peer.last("welcome")).not.toHaveProperty("token");
  });

  test("a user who disconnects from a sleeping room has left after the grace", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    world.hibernate(lobby(world));
    alice.close();
    world.pass(4000);
    expect(bob.take()).toMatchObject([{ type: "left", username: "alice" }]);
  });

  test("a user gets each private message once over a sleep", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
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
  test("a user who was joining when the room restarted is asked to reconnect", () => {
    const world = new World();
    const { bob } = joinAll(world, "lobby", "bob");
    const alice = startJoin(world, "lobby", "alice");
    // Memory is lost and sockets stay. It is not a sleep, since a call is pending.
    lobby(world).core = null;
    bob.send("hello");
    expect(alice.closed).toBe("restarted");
    world.settle();
    expect(bob.messageTexts).toEqual([]);
    expect(bob.all("ack")).toHaveLength(1);
  });

  test("a user's name is free for another user some time after a crash", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 5 });
    joinAll(world, "lobby", "alice");
    world.crash(lobby(world));
    const mallory = startJoin(world, "lobby", "alice", { as: "mallory" });
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

  test("a user can reconnect at once after a crash, and reads the missed messages", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("hello");
    world.crash(lobby(world));
    const again = join(world, "lobby", "alice");
    expect(again.last("history").messages).toMatchObject([{ text: "hello" }]);
    expect(again.last("welcome").count).toBe(1);
  });
});

describe("a full disk", () => {
  test("a user whose join fails at a full disk is asked to reconnect, and can join later", () => {
    const world = new World();
    const alice = startJoin(world, "lobby", "alice");
    lobby(world).database.isFull = true;
    world.settle();
    expect(alice.inbox).toEqual([]);
    expect(alice.closed).toBe("restarted");
    lobby(world).database.isFull = false;
    expect(join(world, "lobby", "alice").last("welcome").count).toBe(1);
  });

  test("a user whose directory has a full disk gets `unavailable`, and can join later", () => {
    const world = new World();
    world.directory("alice").database.isFull = true;
    const alice = startJoin(world, "lobby", "alice");
    world.settle();
    expect(alice.last("error").code).toBe("unavailable");
    world.directory("alice").database.isFull = false;
    alice.send("/join alice");
    world.settle();
    expect(alice.last("welcome").count).toBe(1);
  });
});

describe("a client that pings", () => {
  test("a user whose client stops pinging for 90 s is disconnected at the next event", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    alice.pingedAt = world.now;
    world.pass(90_000);
    bob.send("still there?");
    expect(alice.closed).toBeNull();
    world.pass(30_001);
    bob.send("and now?");
    expect(alice.closed).toBe("goingAway");
    expect(bob.all("left")).toMatchObject([{ username: "alice" }]);
  });

  test("a user who sends messages without pings stays connected", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    alice.pingedAt = world.now;
    for (let i = 0; i < 10; i++) {
      world.pass(30_000);
      alice.send("here");
      bob.send("here");
    }
    expect(alice.closed).toBeNull();
  });

  test("a user who pings a sleeping room stays connected", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    world.hibernate(lobby(world));
    world.pass(600_000);
    alice.pingedAt = world.now - 80_000;
    bob.send("hello");
    expect(alice.closed).toBeNull();
  });

  test("a user whose client never pings stays connected", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    world.pass(1_000_000);
    bob.send("hello");
    expect(alice.closed).toBeNull();
  });

  test("a user's ping in other bytes is answered by the room", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send('{ "type": "ping" }');
    expect(alice.take()).toEqual([{ type: "pong" }]);
  });
});

describe("a quiet room rests", () => {
  test("a room has no timer and no call once its users have the last message", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice", "bob");
    alice.send("hello");
    expect(lobby(world)).toMatchObject({ timer: null, alarm: null });
    expect(world.pendingCalls).toEqual([]);
  });

  test("a room and its users' directories rest after all users have left", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
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

test("a user with two names is two members, and each gets the other's messages", () => {
  const world = new World();
  const { alice } = joinAll(world, "lobby", "alice");
  const carol = join(world, "lobby", "carol", { as: "alice" });
  carol.take();
  alice.send("hello");
  expect(carol.messageTexts).toEqual(["hello"]);
  alice.send("/leave");
  expect(carol.last("left").username).toBe("alice");
});
