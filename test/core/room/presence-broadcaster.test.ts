// Presence broadcaster tests: users are told each join and leave by name up to 200 members, and a count above.
import { describe, expect, test } from "vitest";
import type { Peer } from "../support/peer.ts";
import { join } from "../support/people.ts";
import { World } from "../support/world.ts";

/** Makes a room with so many members; `last` is the one who joined last. */
function begin(members: number) {
  const world = new World();
  const alice = join(world, "lobby", "alice");
  let last = alice;
  for (let i = 2; i <= members; i++) last = join(world, "lobby", `user${i}`);
  world.pass(10_000);
  alice.take();
  return { world, alice, last };
}

function noticesOf(peer: Peer): unknown[] {
  return peer
    .take()
    .map((one) => (one.type === "count" ? one.count : one.type));
}

describe("up to 200 members", () => {
  test("users are told each join and leave by name in a room of 200", () => {
    const { world, alice, last } = begin(199);
    join(world, "lobby", "bob");
    expect(noticesOf(alice)).toEqual(["joined"]);
    last.send("/leave");
    expect(noticesOf(alice)).toEqual(["left"]);
  });
});

describe("a wave of joins", () => {
  /** Twenty users join a room of a hundred at once. */
  function wave() {
    const { world, alice } = begin(100);
    for (let i = 0; i < 20; i++) join(world, "lobby", `late${i}`);
    return { world, alice };
  }

  test("users are told the first joins of a wave at once, and the others together within a second", () => {
    const { world, alice } = wave();
    expect(noticesOf(alice)).toEqual(Array(5).fill("joined"));
    const { timer, now } = { timer: world.room("lobby").timer, now: world.now };
    if (timer === null) throw new Error("Nothing waits.");
    expect(timer - now).toBeLessThanOrEqual(1000);
    world.advance(timer - now);
    expect(noticesOf(alice)).toEqual(Array(15).fill("joined"));
    expect(world.room("lobby").timer).toBeNull();
  });

  test("users are told of a new member before that member's first message", () => {
    const { world, alice } = wave();
    const last = join(world, "lobby", "zoe");
    alice.take();
    last.send("hello");
    expect(noticesOf(alice).slice(-2)).toEqual(["joined", "message"]);
  });
});

describe("above 200 members", () => {
  test("users are told a count instead of names in a room of 201", () => {
    const { world, alice } = begin(200);
    join(world, "lobby", "bob");
    world.pass(1000);
    expect(noticesOf(alice)).toEqual([201]);
  });

  test("users are told the newest count at most once a second", () => {
    const { world, alice } = begin(205);
    const peers = [1, 2, 3].map((i) => join(world, "lobby", `late${i}`));
    expect(noticesOf(alice)).toEqual([206]);
    world.pass(999);
    expect(noticesOf(alice)).toEqual([]);
    world.pass(1);
    expect(noticesOf(alice)).toEqual([208]);
    for (const peer of peers) peer.send("/leave");
    world.pass(5000);
    expect(noticesOf(alice)).toEqual([205]);
    expect(world.room("lobby").timer).toBeNull();
  });

  test("a user who joins a large room gets the exact count in the welcome", () => {
    const { world } = begin(205);
    const bob = join(world, "lobby", "bob");
    expect(bob.last("welcome").count).toBe(206);
  });

  test("a user who leaves a large room gets the left frame, the others a count", () => {
    const { world, alice, last } = begin(205);
    last.send("/leave");
    expect(last.last("left").username).toBe("user205");
    world.pass(1000);
    expect(noticesOf(alice)).toEqual([204]);
  });

  test("a user's second connection does not change the count", () => {
    const { world, alice } = begin(205);
    join(world, "lobby", "alice");
    world.pass(5000);
    expect(noticesOf(alice)).toEqual([]);
  });

  test("users of a large room get each message", () => {
    const { alice, last } = begin(205);
    last.send("hello");
    expect(alice.messageTexts).toEqual(["hello"]);
  });
});

test("users are told leaves by name again when a large room shrinks to 200", () => {
  const { world, alice, last } = begin(201);
  last.send("/leave");
  world.pass(1000);
  const heard = noticesOf(alice);
  expect(heard).toContain("left");
  expect(heard.filter((one) => typeof one === "number")).not.toContain(201);
});
