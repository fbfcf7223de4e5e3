// That the directory hears of every leaving: told again, and never mistaken for an older one.
import { describe, expect, test } from "vitest";
import { arrive, join, meet } from "../support/people.ts";
import { World } from "../support/world.ts";

/** Has the directory let go of the name, as it does at once in these tests? */
function isFree(world: World, username: string): boolean {
  return Object.keys(world.directory(username).database.tables).length === 0;
}

const settings = { GUEST_CLAIM_SECONDS: 0 };

describe("a leaving", () => {
  test("that the directory did not hear is told again", () => {
    const world = new World(settings);
    const { alice } = meet(world, "lobby", "alice");
    alice.send("/leave");
    world.lose(world.flight("leave"));
    world.settle();
    expect(isFree(world, "alice")).toBe(false);
    world.pass(2000);
    expect(isFree(world, "alice")).toBe(true);
  });

  test("that was heard without an answer is told again, to no harm", () => {
    const world = new World(settings);
    const { alice } = meet(world, "lobby", "alice");
    alice.send("/leave");
    const flight = world.flight("leave");
    world.deliver(flight);
    world.lose(flight);
    join(world, "lobby", "alice");
    world.pass(60_000);
    expect(isFree(world, "alice")).toBe(false);
  });

  test("is told five times, not for ever", () => {
    const world = new World(settings);
    const { alice } = meet(world, "lobby", "alice");
    alice.send("/leave");
    let tries = 0;
    while (world.flights.length > 0) {
      world.lose(world.flight("leave"));
      tries++;
      world.advance(2000);
    }
    expect(tries).toBe(5);
    expect(world.room("lobby").timer).toBeNull();
  });

  test("that is told late does not end a newer stay", () => {
    const world = new World(settings);
    const { alice } = meet(world, "lobby", "alice");
    alice.send("/leave");
    world.lose(world.flight("leave"));
    join(world, "lobby", "alice");
    world.pass(10_000);
    expect(isFree(world, "alice")).toBe(false);
  });
});

describe("the directory hears of the last one's leaving", () => {
  test("after the newer of two connections went, and the room slept", () => {
    const world = new World(settings);
    const older = join(world, "lobby", "alice");
    const newer = join(world, "lobby", "alice");
    newer.close();
    world.hibernate(world.room("lobby"));
    older.close();
    world.pass(4000);
    expect(isFree(world, "alice")).toBe(true);
  });

  test("after a second one was gone before it was let in", () => {
    const world = new World(settings);
    const first = arrive(world, "lobby", "alice");
    const second = arrive(world, "lobby", "alice");
    second.close();
    world.settle();
    first.send("/leave");
    world.pass(0);
    expect(isFree(world, "alice")).toBe(true);
  });

  test.each([
    ["never got there", false],
    ["got there, but not its answer", true],
  ])("after the join of a second one %s", (_, isHeard) => {
    const world = new World(settings);
    const { alice } = meet(world, "lobby", "alice");
    arrive(world, "lobby", "alice");
    const flight = world.flight("enter");
    if (isHeard) world.deliver(flight);
    world.lose(flight);
    world.settle();
    alice.send("/leave");
    world.pass(0);
    expect(isFree(world, "alice")).toBe(true);
  });

  test("after the join of a second one failed, and the room slept", () => {
    const world = new World(settings);
    const { alice } = meet(world, "lobby", "alice");
    const second = arrive(world, "lobby", "alice");
    const flight = world.flight("enter");
    world.deliver(flight);
    world.lose(flight);
    second.close();
    world.hibernate(world.room("lobby"));
    alice.close();
    world.pass(4000);
    expect(isFree(world, "alice")).toBe(true);
  });

  test("when all of a user's connections went one by one", () => {
    const world = new World(settings);
    const peers = [1, 2, 3, 4].map(() => join(world, "lobby", "alice"));
    for (const peer of peers) {
      world.hibernate(world.room("lobby"));
      expect(isFree(world, "alice")).toBe(false);
      peer.close();
    }
    world.pass(4000);
    expect(isFree(world, "alice")).toBe(true);
  });
});
