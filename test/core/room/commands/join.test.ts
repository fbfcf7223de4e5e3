// Join tests: a user who joins gets the welcome, and frames sent during the join are held and then handled.
import { describe, expect, test } from "vitest";
import {
  join,
  joinAll,
  secretOf,
  startJoin,
  userOf,
} from "../../support/people.ts";
import { World } from "../../support/world.ts";

describe("a join", () => {
  test("a user who joins is told the room, the name and the members", () => {
    const world = new World();
    join(world, "lobby", "bob");
    const alice = join(world, "lobby", "Alice", { as: "alice" });
    expect(alice.inbox).toEqual([
      {
        type: "welcome",
        room: "lobby",
        username: "Alice",
        user: userOf("alice"),
        epoch: expect.stringMatching(/^[\w-]{8}$/),
        seq: 0,
        mail: 0,
        mailEpoch: world.now,
        members: ["Alice", "bob"],
        count: 2,
        resumed: false,
        gap: false,
        more: false,
        limits: {
          text: 4000,
          frame: 16_384,
          history: 10_000,
          rateBurst: 20,
          ratePerSecond: 5,
          reactions: 20,
          search: 100,
          rooms: 500,
          editSeconds: 86_400,
          data: 4096,
        },
      },
      {
        type: "history",
        messages: [],
        more: false,
        epoch: alice.last("welcome").epoch,
        asOf: 0,
      },
    ]);
  });

  test("a user who joins is announced to the others once, and not to themselves", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    const phone = join(world, "lobby", "bob");
    const laptop = join(world, "lobby", "bob");
    expect(alice.take()).toEqual([
      { type: "joined", user: userOf("bob"), username: "bob", at: world.now },
    ]);
    expect(phone.all("joined")).toEqual([]);
    expect(laptop.all("joined")).toEqual([]);
  });

  test("a user who joins without a secret gets one, and can join again by it", () => {
    const world = new World();
    const first = world.open("lobby");
    first.send("/join alice");
    world.settle();
    const { token, user } = first.last("welcome");
    expect(token).toMatch(/^[\w-]{22}$/);
    const again = world.open("kitchen");
    again.send({ type: "join", username: "alice", token: token ?? "" });
    world.settle();
    expect(again.last("welcome").user).toBe(user);
    expect(again.last("welcome")).not.toHaveProperty("token");
  });

  test("a user joins by the bearer token, unless the join frame has another one", () => {
    const world = new World();
    const query = { token: secretOf("alice") };
    const alice = world.open("lobby", query);
    alice.send({ type: "join", username: "alice" });
    const bob = world.open("lobby", query);
    const token = secretOf("bob");
    bob.send({ type: "join", username: "bob", token });
    world.settle();
    expect(alice.last("welcome")).toMatchObject({ user: userOf("alice") });
    expect(alice.last("welcome")).not.toHaveProperty("token");
    expect(bob.last("welcome").user).toBe(userOf("bob"));
  });

  test("a user who joins by the URL gets the welcome when the directory answers", () => {
    const world = new World();
    const alice = world.open("lobby", { username: "alice" });
    expect(alice.inbox).toEqual([]);
    world.settle();
    expect(alice.last("welcome").username).toBe("alice");
  });

  test("a user who joins in another spelling keeps the spelling of the claim", () => {
    const world = new World();
    join(world, "lobby", "Alice", { as: "alice" });
    const again = join(world, "lobby", "ALICE", { as: "alice" });
    expect(again.last("welcome")).toMatchObject({
      username: "Alice",
      members: ["Alice"],
      count: 1,
    });
  });

  test("a user who joins as text reads one line and the newest messages", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("hello");
    const bob = join(world, "lobby", "bob", { query: { text: true } });
    expect(bob.takeLines()).toEqual([
      "* you are bob in lobby (2 here)",
      "#1 alice: hello",
    ]);
  });

  test("a user who has joined or is joining cannot join again", () => {
    const world = new World();
    const alice = startJoin(world, "lobby", "alice");
    alice.send("/join bob");
    expect(alice.inbox).toEqual([]);
    world.settle();
    expect(alice.last("error").code).toBe("already_joined");
    alice.take();
    alice.send("/join alice");
    expect(alice.take()).toMatchObject([{ code: "already_joined" }]);
  });
});

describe("frames during a join", () => {
  test("a user's frames during a join are handled in order after the welcome", () => {
    const world = new World();
    const { bob } = joinAll(world, "lobby", "bob");
    const alice = startJoin(world, "lobby", "alice");
    for (const text of ["one", "two"]) alice.send(text);
    alice.send("/who");
    expect([alice.inbox, bob.inbox]).toEqual([[], []]);
    world.settle();
    expect(bob.messageTexts).toEqual(["one", "two"]);
    const types = alice.inbox.map(({ type }) => type);
    expect(types.slice(0, 2)).toEqual(["welcome", "history"]);
    expect(alice.all("ack").map(({ type }) => type)).toHaveLength(2);
    expect(alice.all("members")).toHaveLength(1);
  });

  test("a user's first 16 frames during a join are held, the rest are refused", () => {
    const world = new World();
    const { bob } = joinAll(world, "lobby", "bob");
    const alice = startJoin(world, "lobby", "alice");
    for (let i = 1; i <= 18; i++) alice.send(`line ${i}`);
    expect(alice.all("error").map(({ code }) => code)).toEqual([
      "rate_limited",
      "rate_limited",
    ]);
    world.settle();
    expect(bob.messageTexts).toHaveLength(16);
    expect(bob.messageTexts.at(-1)).toBe("line 16");
  });

  test("a user's frames after a refused one are refused too, so that none overtakes it", () => {
    const world = new World({ FRAME_MAX: 100_000, TEXT_MAX: 100_000 });
    const { bob } = joinAll(world, "lobby", "bob");
    const alice = startJoin(world, "lobby", "alice");
    alice.send("a".repeat(60_000));
    alice.send("b".repeat(10_000));
    alice.send("short");
    expect(alice.all("error")).toHaveLength(2);
    world.settle();
    expect(bob.messageTexts.map((text) => text[0])).toEqual(["a"]);
  });

  test("a user's frames during a join are counted in UTF-8 bytes", () => {
    const world = new World({ FRAME_MAX: 100_000, TEXT_MAX: 100_000 });
    const alice = startJoin(world, "lobby", "alice");
    alice.send("李".repeat(22_000));
    expect(alice.all("error")).toHaveLength(1);
  });

  test("a user's frame of 30 MB during a join is refused", () => {
    const world = new World();
    const alice = startJoin(world, "lobby", "alice");
    alice.send("x".repeat(30_000_000));
    expect(alice.all("error")).toHaveLength(1);
  });

  test("a user who disconnects during a join is never seen by others", () => {
    const world = new World();
    const { bob } = joinAll(world, "lobby", "bob");
    const alice = startJoin(world, "lobby", "alice");
    alice.close();
    world.pass(60_000);
    expect(bob.inbox).toEqual([]);
    expect(world.directory("alice").database.tables).toEqual({});
  });

  test("a user's leave during a join takes effect after the welcome", () => {
    const world = new World();
    const { bob } = joinAll(world, "lobby", "bob");
    const alice = startJoin(world, "lobby", "alice");
    for (const line of ["hello", "/leave", "late"]) alice.send(line);
    world.settle();
    expect(bob.inbox.map(({ type }) => type)).toEqual([
      ...["joined", "message", "left"],
    ]);
    expect(alice.last("error").code).toBe("not_joined");
  });

  test("a user who joins with two connections at once is announced once", () => {
    const world = new World();
    const { bob } = joinAll(world, "lobby", "bob");
    const phone = startJoin(world, "lobby", "alice");
    const laptop = startJoin(world, "lobby", "alice");
    world.settle();
    expect(bob.all("joined")).toHaveLength(1);
    phone.send("hello");
    expect(laptop.messageTexts).toEqual(["hello"]);
    expect(laptop.last("welcome").count).toBe(2);
  });
});
