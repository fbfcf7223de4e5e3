// Leave notifier tests: a directory learns of each leave of a user, and an old leave never ends a newer join.
import { describe, expect, test } from "vitest";
import { join, joinAll, startJoin } from "../support/people.ts";
import { World } from "../support/world.ts";

/** Is the name free? In these tests a claim ends with the leave. */
function isFree(world: World, username: string): boolean {
  return Object.keys(world.directory(username).database.tables).length === 0;
}

const settings = { GUEST_CLAIM_SECONDS: 0 };

describe("a leave", () => {
  test("a user's leave is sent again after a lost call, and frees the name", () => {
    const world = new World(settings);
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("/leave");
    world.lose(world.pendingCall("leave"));
    world.settle();
    expect(isFree(world, "alice")).toBe(false);
    world.pass(2000);
    expect(isFree(world, "alice")).toBe(true);
  });

  test("a user's leave that is sent twice does not end the user's next join", () => {
    const world = new World(settings);
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("/leave");
    const call = world.pendingCall("leave");
    world.deliver(call);
    world.lose(call);
    join(world, "lobby", "alice");
    world.pass(60_000);
    expect(isFree(world, "alice")).toBe(false);
  });

  test("a user's leave is sent at most five times", () => {
    const world = new World(settings);
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("/leave");
    let tries = 0;
    while (world.pendingCalls.length > 0) {
      world.lose(world.pendingCall("leave"));
      tries++;
      world.advance(2000);
    }
    expect(tries).toBe(5);
    expect(world.room("lobby").timer).toBeNull();
  });

  test("a user's late leave does not end the user's next join", () => {
    const world = new World(settings);
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("/leave");
    world.lose(world.pendingCall("leave"));
    join(world, "lobby", "alice");
    world.pass(10_000);
    expect(isFree(world, "alice")).toBe(false);
  });
});

describe("the leave of a user's last connection", () => {
  test("a user's name is free after both connections closed, with a sleep between", () => {
    const world = new World(settings);
    const older = join(world, "lobby", "alice");
    const newer = join(world, "lobby", "alice");
    newer.close();
    world.hibernate(world.room("lobby"));
    older.close();
    world.pass(4000);
    expect(isFree(world, "alice")).toBe(true);
  });

  test("a user's name is free after a second connection closed during its join", () => {
    const world = new World(settings);
    const first = startJoin(world, "lobby", "alice");
    const second = startJoin(world, "lobby", "alice");
    second.close();
    world.settle();
    first.send("/leave");
    world.pass(0);
    expect(isFree(world, "alice")).toBe(true);
  });

  test.each([
    ["did not arrive", false],
    ["arrived without an answer", true],
  ])("a user's name is free after a second join that %s", (_, isHeard) => {
    const world = new World(settings);
    const { alice } = joinAll(world, "lobby", "alice");
    startJoin(world, "lobby", "alice");
    const call = world.pendingCall("enter");
    if (isHeard) world.deliver(call);
    world.lose(call);
    world.settle();
    alice.send("/leave");
    world.pass(0);
    expect(isFree(world, "alice")).toBe(true);
  });

  test("a user's name is free after the join of a second connection failed and the room slept", () => {
    const world = new World(settings);
    const { alice } = joinAll(world, "lobby", "alice");
    const second = startJoin(world, "lobby", "alice");
    const call = world.pendingCall("enter");
    world.deliver(call);
    world.lose(call);
    second.close();
    world.hibernate(world.room("lobby"));
    alice.close();
    world.pass(4000);
    expect(isFree(world, "alice")).toBe(true);
  });

  test("a user's name is free only after the last of four connections closed", () => {
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
