// Tests of read markers: a user reads on one device, and the others know it.
import { describe, expect, test } from "vitest";
import type { Op } from "../../../src/core/shared/rpc.ts";
import { join, joinAll, startJoin } from "../support/people.ts";
import { World } from "../support/world.ts";

/** A world that notes which markers the directories are told. */
function worldWithMarks(...options: ConstructorParameters<typeof World>) {
  const world = new World(...options);
  const marks: Op[] = [];
  world.onCall = ({ ops }) =>
    void marks.push(
      ...ops.filter(
        (op) =>
          op.type === "mark-read" || (op.type === "leave" && "read" in op),
      ),
    );
  return { world, marks };
}

describe("a user who has read a room", () => {
  test("the user's other connections in the room learn of it, others do not", () => {
    const world = new World();
    const phone = join(world, "lobby", "alice");
    const laptop = join(world, "lobby", "alice");
    const bob = join(world, "lobby", "bob");
    bob.send("one");
    bob.send("two");
    world.settle();
    for (const peer of [phone, laptop, bob]) peer.take();
    phone.send({ type: "read", seq: 2 });
    world.settle();
    const { epoch } = join(world, "lobby", "carol").last("welcome");
    phone.take();
    expect(laptop.all("read")).toEqual([{ type: "read", read: 2, epoch }]);
    expect(phone.all("read")).toEqual([]);
    expect(bob.all("read")).toEqual([]);
  });

  test("a marker goes forward only, and no further than the newest event", () => {
    const world = new World();
    const phone = join(world, "lobby", "alice");
    phone.send("one");
    phone.send("two");
    world.settle();
    phone.send({ type: "read", seq: 1000 });
    phone.send({ type: "read", seq: 1 });
    world.settle();
    expect(join(world, "lobby", "alice").last("welcome").read).toBe(2);
  });

  test("a marker of another epoch is refused, and moves nothing", () => {
    const world = new World();
    const alice = join(world, "lobby", "alice");
    alice.send("one");
    world.settle();
    alice.take();
    alice.send({ type: "read", seq: 1, epoch: "other", id: "a" });
    world.settle();
    expect(alice.take()).toMatchObject([{ code: "gone", id: "a" }]);
    expect(join(world, "lobby", "alice").last("welcome").read).toBe(undefined);
  });

  test("a user who types /read has read all", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice", "bob");
    alice.send("one");
    alice.send("two");
    alice.send("/read");
    world.settle();
    expect(join(world, "lobby", "alice").last("welcome").read).toBe(2);
  });

  test("a marker comes back with the next join, after everybody was away", () => {
    const { world, marks } = worldWithMarks();
    const alice = join(world, "lobby", "alice");
    alice.send("one");
    alice.send({ type: "read", seq: 1 });
    world.settle();
    expect(marks).toHaveLength(1);
    alice.send("two");
    alice.send({ type: "read", seq: 2 });
    world.settle();
    // Not yet: 30 seconds are not over.
    expect(marks).toHaveLength(1);
    alice.send({ type: "leave" });
    world.settle();
    expect(marks).toHaveLength(2);
    expect(join(world, "lobby", "alice").last("welcome").read).toBe(2);
  });

  test("the directory is told once in 30 seconds, and no timer is set for it", () => {
    const { world, marks } = worldWithMarks();
    const { alice } = joinAll(world, "lobby", "alice", "bob");
    for (let i = 1; i <= 60; i++) {
      alice.send(`${i}`);
      alice.send({ type: "read", seq: i });
      world.pass(1000);
    }
    expect(marks.length).toBeLessThanOrEqual(3);
    expect(marks.length).toBeGreaterThanOrEqual(2);
    const before = marks.length;
    world.pass(60_000);
    expect(marks).toHaveLength(before);
  });

  test("a marker survives the sleep of its room", () => {
    const { world, marks } = worldWithMarks();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    for (const seq of [1, 2]) {
      bob.send(`${seq}`);
      alice.send({ type: "read", seq });
    }
    world.settle();
    world.hibernate(world.room("lobby"));
    world.pass(30_000);
    expect(marks).toHaveLength(1);
    bob.send("wake up");
    world.settle();
    expect(marks).toHaveLength(2);
    expect(join(world, "lobby", "alice").last("welcome").read).toBe(2);
    expect(marks.at(-1)).toMatchObject({ read: { seq: 2 } });
  });

  test("a directory of an older release is told once, and not again", () => {
    const { world, marks } = worldWithMarks();
    const { alice } = joinAll(world, "lobby", "alice", "bob");
    const directory = world.directory("alice");
    const ask = directory.ask.bind(directory);
    directory.ask = (ops, onReplies) => {
      if (ops.every(({ type }) => type === "mark-read"))
        onReplies(ops.map(() => ({ type: "refused", code: "unsupported" })));
      else ask(ops, onReplies);
    };
    alice.send("one");
    alice.send({ type: "read", seq: 1 });
    world.settle();
    world.pass(120_000);
    expect(marks).toHaveLength(1);
  });

  test("a marker whose call is lost is told again", () => {
    const { world, marks } = worldWithMarks();
    const { alice } = joinAll(world, "lobby", "alice", "bob");
    alice.send("one");
    alice.send({ type: "read", seq: 1 });
    world.lose(world.pendingCall("mark-read"));
    world.pass(30_000);
    alice.send("two");
    world.settle();
    expect(marks).toHaveLength(2);
  });

  test("nobody inherits the marker of the user who had the name before", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 60 });
    const alice = join(world, "lobby", "alice");
    join(world, "lobby", "bob");
    alice.send("one");
    alice.send({ type: "read", seq: 1 });
    alice.send({ type: "leave" });
    world.pass(120_000);
    const other = join(world, "lobby", "alice", { as: "mallory" });
    expect(other.last("welcome").read).toBe(undefined);
  });
});

describe("a user who has read private messages", () => {
  test("every room of the user learns of it, and so does the next join", () => {
    const world = new World();
    const lobby = join(world, "lobby", "alice");
    const kitchen = join(world, "kitchen", "alice");
    const bob = join(world, "lobby", "bob");
    bob.send("@alice psst");
    world.settle();
    lobby.send({ type: "read", mail: 99 });
    world.settle();
    expect(kitchen.all("read")).toEqual([{ type: "read", mail: 1 }]);
    expect(lobby.all("read")).toEqual([]);
    expect(join(world, "garden", "alice").last("welcome").mailRead).toBe(1);
  });
});

describe("how far others have read", () => {
  test("the members of a small room are told, once a second", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    for (const text of ["one", "two", "three"]) bob.send(text);
    world.settle();
    for (let seq = 1; seq <= 3; seq++) alice.send({ type: "read", seq });
    world.settle();
    world.advance(3000);
    const seen = bob.all("seen").map(({ read }) => read);
    expect(seen).toEqual([1, 3]);
    expect(alice.all("seen")).toEqual([]);
  });

  test("someone who comes back is told how far the others are, and they are told of them", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    const carol = join(world, "lobby", "carol");
    bob.send("one");
    bob.send("two");
    world.settle();
    alice.send({ type: "read", seq: 1 });
    bob.send({ type: "read", seq: 2 });
    world.advance(2000);
    const laptop = join(world, "lobby", "alice");
    const seen = laptop
      .all("seen")
      .map(({ username, read }) => [username, read]);
    // carol has read nothing, and alice is not told of herself.
    expect(seen).toEqual([["bob", 2]]);
    for (const device of [alice, laptop]) device.send({ type: "leave" });
    world.advance(60_000);
    const before = bob.all("seen").length;
    const back = join(world, "lobby", "alice");
    world.advance(2000);
    expect(bob.all("seen").slice(before)).toMatchObject([
      { username: "alice", read: 1 },
    ]);
    expect(carol.all("seen").at(-1)).toMatchObject({ username: "alice" });
    expect(back.all("seen")).toMatchObject([{ username: "bob", read: 2 }]);
  });

  test("nobody is told in a large room", () => {
    const world = new World();
    const bob = join(world, "lobby", "bob");
    for (let i = 0; i < 50; i++) join(world, "lobby", `guest-${i}`);
    const alice = join(world, "lobby", "alice");
    bob.send("one");
    world.advance(1000);
    alice.send({ type: "read", seq: 1 });
    world.advance(3000);
    expect(bob.all("seen")).toEqual([]);
  });
});

test("a user who joins while the last connection goes keeps the marker", () => {
  const world = new World();
  const alice = join(world, "lobby", "alice");
  alice.send("one");
  alice.send({ type: "read", seq: 1 });
  world.settle();
  alice.send("two");
  alice.send({ type: "read", seq: 2 });
  const next = startJoin(world, "lobby", "alice");
  alice.send({ type: "leave" });
  world.settle();
  next.send({ type: "leave" });
  world.settle();
  expect(join(world, "lobby", "alice").last("welcome").read).toBe(2);
});
