// Who comes and goes: told one by one up to 200 members, as a count above.
import { describe, expect, test } from "vitest";
import type { Peer } from "../support/peer.ts";
import { join } from "../support/people.ts";
import { World } from "../support/world.ts";

/** A room of so many members; the last to come in is returned too. */
function begin(members: number) {
  const world = new World();
  const alice = join(world, "lobby", "alice");
  let last = alice;
  for (let i = 2; i <= members; i++) last = join(world, "lobby", `user${i}`);
  world.pass(2000);
  alice.take();
  return { world, alice, last };
}

function told(peer: Peer): unknown[] {
  return peer
    .take()
    .map((one) => (one.type === "count" ? one.count : one.type));
}

describe("up to 200 members", () => {
  test("each coming and going is told by name", () => {
    const { world, alice, last } = begin(199);
    join(world, "lobby", "bob");
    expect(told(alice)).toEqual(["joined"]);
    last.send("/leave");
    expect(told(alice)).toEqual(["left"]);
  });
});

describe("above 200 members", () => {
  test("a count is told in their place", () => {
    const { world, alice } = begin(200);
    join(world, "lobby", "bob");
    world.pass(1000);
    expect(told(alice)).toEqual([201]);
  });

  test("once a second, with the newest number", () => {
    const { world, alice } = begin(205);
    const peers = [1, 2, 3].map((i) => join(world, "lobby", `late${i}`));
    expect(told(alice)).toEqual([206]);
    world.pass(999);
    expect(told(alice)).toEqual([]);
    world.pass(1);
    expect(told(alice)).toEqual([208]);
    for (const peer of peers) peer.send("/leave");
    world.pass(5000);
    expect(told(alice)).toEqual([205]);
    expect(world.room("lobby").timer).toBeNull();
  });

  test("the newcomer has the true count from the start", () => {
    const { world } = begin(205);
    const bob = join(world, "lobby", "bob");
    expect(bob.last("welcome").count).toBe(206);
  });

  test("who leaves has it confirmed, the others get the count", () => {
    const { world, alice, last } = begin(205);
    last.send("/leave");
    expect(last.last("left").username).toBe("user205");
    world.pass(1000);
    expect(told(alice)).toEqual([204]);
  });

  test("a second connection changes nothing", () => {
    const { world, alice } = begin(205);
    join(world, "lobby", "alice");
    world.pass(5000);
    expect(told(alice)).toEqual([]);
  });

  test("messages are told as ever", () => {
    const { alice, last } = begin(205);
    last.send("hello");
    expect(alice.heard).toEqual(["hello"]);
  });
});

test("at the border nothing is lost: below it the goings are told again", () => {
  const { world, alice, last } = begin(201);
  last.send("/leave");
  world.pass(1000);
  const heard = told(alice);
  expect(heard).toContain("left");
  expect(heard.filter((one) => typeof one === "number")).not.toContain(201);
});
