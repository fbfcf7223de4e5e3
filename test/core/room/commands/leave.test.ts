// Going: who hears of it and when, and that a reload is not a going.
import { describe, expect, test } from "vitest";
import { arrive, join, meet, userOf } from "../../support/people.ts";
import { World } from "../../support/world.ts";

const left = (person: string) => ({
  type: "left",
  user: userOf(person),
  username: person,
  at: expect.any(Number),
});

describe("who leaves", () => {
  test("has it confirmed, and the others hear of it at once", () => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    alice.send({ type: "leave" });
    expect(alice.take()).toEqual([left("alice")]);
    expect(bob.take()).toEqual([left("alice")]);
    bob.send("hello");
    expect(alice.inbox).toEqual([]);
    alice.send("hello");
    expect(alice.last("error").code).toBe("not_joined");
  });

  test("with one of two connections is still there", () => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    const laptop = join(world, "lobby", "alice");
    laptop.take();
    alice.send("/leave");
    expect(alice.take()).toEqual([left("alice")]);
    expect([bob.inbox, laptop.inbox]).toEqual([[], []]);
  });

  test("may join again, on the same connection, as somebody else", () => {
    const world = new World();
    const { alice } = meet(world, "lobby", "alice");
    alice.send("/leave");
    alice.send("/join carol");
    world.settle();
    expect(alice.last("welcome")).toMatchObject({
      username: "carol",
      members: ["carol"],
    });
  });

  test("as text reads that they left", () => {
    const world = new World();
    const alice = join(world, "lobby", "alice", { query: { text: true } });
    alice.read();
    alice.send("/leave");
    expect(alice.read()).toEqual(["* you left lobby"]);
  });

  test("has left in the directory too, which frees the name", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 0 });
    const { alice } = meet(world, "lobby", "alice");
    alice.send("/leave");
    world.settle();
    const other = join(world, "lobby", "alice", { as: "other" });
    expect(other.last("welcome").user).toBe(userOf("other"));
  });
});

describe("whose connection drops", () => {
  test("is gone after the grace, for everybody once", () => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    alice.close();
    world.pass(3999);
    expect(bob.inbox).toEqual([]);
    world.pass(1);
    expect(bob.take()).toEqual([left("alice")]);
    world.pass(100_000);
    expect(bob.inbox).toEqual([]);
  });

  test("is listed until the grace is over", () => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    alice.close();
    bob.send("/who");
    expect(bob.last("members")).toMatchObject({ count: 2 });
    world.pass(4000);
    bob.send("/who");
    expect(bob.last("members")).toMatchObject({ members: ["bob"], count: 1 });
  });

  test("and is back within the grace was never away", () => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    alice.close();
    world.pass(3000);
    join(world, "lobby", "alice");
    world.pass(60_000);
    expect(bob.inbox).toEqual([]);
  });

  test("and is let in again when the grace is over was away, in order", () => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    alice.close();
    world.pass(3000);
    arrive(world, "lobby", "alice");
    // The directory takes its time.
    world.advance(2000);
    world.settle();
    expect(bob.take().map(({ type }) => type)).toEqual(["left", "joined"]);
    world.pass(60_000);
    expect(bob.inbox).toEqual([]);
    bob.send("/who");
    expect(bob.last("members").count).toBe(2);
  });

  test("with another connection left is not gone", () => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    join(world, "lobby", "alice");
    alice.close();
    world.pass(60_000);
    expect(bob.inbox).toEqual([]);
  });

  test("is gone at once without a grace", () => {
    const world = new World({ PRESENCE_GRACE_MS: 0 });
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    alice.close();
    expect(bob.take()).toEqual([left("alice")]);
  });

  test("is heard out: what they said last is told and kept", () => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    alice.send("last words");
    alice.close();
    expect(bob.heard).toEqual(["last words"]);
  });

  test("frees the name only after the grace and the claim", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 10 });
    const { alice } = meet(world, "lobby", "alice");
    alice.close();
    const tryAgain = () => {
      const other = arrive(world, "lobby", "alice", { as: "other" });
      world.settle();
      return other.inbox.map((one) => ("code" in one ? one.code : one.type));
    };
    world.pass(13_999);
    expect(tryAgain()).toEqual(["username_taken"]);
    world.pass(1);
    expect(tryAgain()).toEqual(["welcome", "history"]);
  });
});

test("a connection that does not read is closed as slow; its user may be back", () => {
  const world = new World();
  const { alice, bob } = meet(world, "lobby", "alice", "bob");
  world.room("lobby").run({ kind: "slow", conn: alice });
  expect(alice.closed).toBe("slow");
  expect(bob.inbox).toEqual([]);
  world.pass(4000);
  expect(bob.take()).toEqual([left("alice")]);
});

test("a close that comes twice, or after we closed, is nothing new", () => {
  const world = new World();
  const { alice, bob } = meet(world, "lobby", "alice", "bob");
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

test("an abnormal close is logged, with counts and no names", () => {
  const world = new World();
  const { alice, bob } = meet(world, "lobby", "alice", "bob");
  alice.close(1006);
  expect(world.logs).toEqual([
    { event: "closed", code: 1006, connections: 1, members: 2 },
  ]);
  bob.close(1001);
  expect(world.logs).toHaveLength(1);
});
