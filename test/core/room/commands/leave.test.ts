// Leave tests: a user who leaves or disconnects is announced as left at the right time, and a reload is not a leave.
import { describe, expect, test } from "vitest";
import { join, joinAll, startJoin, userOf } from "../../support/people.ts";
import { World } from "../../support/world.ts";

const left = (person: string) => ({
  type: "left",
  user: userOf(person),
  username: person,
  at: expect.any(Number),
});

describe("the leave command", () => {
  test("a user who leaves gets a left frame, and so do the others at once", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    alice.send({ type: "leave" });
    expect(alice.take()).toEqual([left("alice")]);
    expect(bob.take()).toEqual([left("alice")]);
    bob.send("hello");
    expect(alice.inbox).toEqual([]);
    alice.send("hello");
    expect(alice.last("error").code).toBe("not_joined");
  });

  test("a user who leaves with one of two connections is still a member", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    const laptop = join(world, "lobby", "alice");
    laptop.take();
    alice.send("/leave");
    expect(alice.take()).toEqual([left("alice")]);
    expect([bob.inbox, laptop.inbox]).toEqual([[], []]);
  });

  test("a user who left can join on the same connection under another name", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("/leave");
    alice.send("/join carol");
    world.settle();
    expect(alice.last("welcome")).toMatchObject({
      username: "carol",
      members: ["carol"],
    });
  });

  test("a user who leaves as text reads a line", () => {
    const world = new World();
    const alice = join(world, "lobby", "alice", { query: { text: true } });
    alice.takeLines();
    alice.send("/leave");
    expect(alice.takeLines()).toEqual(["* you left lobby"]);
  });

  test("a user who leaves frees the name in the directory", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 0 });
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("/leave");
    world.settle();
    const other = join(world, "lobby", "alice", { as: "other" });
    expect(other.last("welcome").user).toBe(userOf("other"));
  });
});

describe("a lost connection", () => {
  test("a user who disconnects is announced as left once, after the grace", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    alice.close();
    world.pass(3999);
    expect(bob.inbox).toEqual([]);
    world.pass(1);
    expect(bob.take()).toEqual([left("alice")]);
    world.pass(100_000);
    expect(bob.inbox).toEqual([]);
  });

  test("a user who disconnects is listed until the grace ends", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    alice.close();
    bob.send("/who");
    expect(bob.last("members")).toMatchObject({ count: 2 });
    world.pass(4000);
    bob.send("/who");
    expect(bob.last("members")).toMatchObject({ members: ["bob"], count: 1 });
  });

  test("a user who reconnects within the grace is not announced", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    alice.close();
    world.pass(3000);
    join(world, "lobby", "alice");
    world.pass(60_000);
    expect(bob.inbox).toEqual([]);
  });

  test("a user whose join is answered after the grace is announced as left, then as joined", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    alice.close();
    world.pass(3000);
    startJoin(world, "lobby", "alice");
    // The directory answers after the grace.
    world.advance(2000);
    world.settle();
    expect(bob.take().map(({ type }) => type)).toEqual(["left", "joined"]);
    world.pass(60_000);
    expect(bob.inbox).toEqual([]);
    bob.send("/who");
    expect(bob.last("members").count).toBe(2);
  });

  test("a user who loses one of two connections is not announced", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    join(world, "lobby", "alice");
    alice.close();
    world.pass(60_000);
    expect(bob.inbox).toEqual([]);
  });

  test("a user who disconnects has left at once without a grace", () => {
    const world = new World({ PRESENCE_GRACE_MS: 0 });
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    alice.close();
    expect(bob.take()).toEqual([left("alice")]);
  });

  test("a user's last message before a disconnect is sent to the others", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    alice.send("last words");
    alice.close();
    expect(bob.messageTexts).toEqual(["last words"]);
  });

  test("a disconnected user's name is free after the grace and the claim time", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 10 });
    const { alice } = joinAll(world, "lobby", "alice");
    alice.close();
    const tryAgain = () => {
      const other = startJoin(world, "lobby", "alice", { as: "other" });
      world.settle();
      return other.inbox.map((one) => ("code" in one ? one.code : one.type));
    };
    world.pass(13_999);
    expect(tryAgain()).toEqual(["username_taken"]);
    world.pass(1);
    expect(tryAgain()).toEqual(["welcome", "history"]);
  });
});

test("a user who does not read is disconnected as slow, and has the grace to return", () => {
  const world = new World();
  const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
  world.room("lobby").run({ kind: "slow", conn: alice });
  expect(alice.closed).toBe("slow");
  expect(bob.inbox).toEqual([]);
  world.pass(4000);
  expect(bob.take()).toEqual([left("alice")]);
});

test("a user's repeated or late close changes nothing", () => {
  const world = new World();
  const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
  const room = world.room("lobby");
  alice.send("/leave");
  bob.take();
  for (const code of [1000, 1006, 1006])
    room.run({ kind: "closed", conn: alice, code });
  room.run({ kind: "slow", conn: alice });
  room.run({ kind: "frame", conn: alice, data: "hello" });
  world.pass(60_000);
  expect(bob.inbox).toEqual([]);
});

test("a user's abnormal close is logged with counts and no names", () => {
  const world = new World();
  const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
  alice.close(1006);
  expect(world.logs).toEqual([
    { event: "closed", code: 1006, connections: 1, members: 2 },
  ]);
  bob.close(1001);
  expect(world.logs).toHaveLength(1);
});
