// Private queue tests: private messages leave a quiet room one by one and a busy room in batches, in order and in time.
import { describe, expect, test } from "vitest";
import { joinAll, makePrivatesBusy } from "../support/people.ts";
import { World } from "../support/world.ts";

/** Makes a room in which alice's next private message waits. */
function beginBusy() {
  const world = new World({ RATE_PER_SECOND: 0 });
  const { alice } = joinAll(world, "lobby", "alice");
  const { bob } = joinAll(world, "kitchen", "bob");
  const room = world.room("lobby");
  makePrivatesBusy(world, alice, "bob");
  world.advance((room.timer ?? 0) - world.now);
  world.settle();
  for (const peer of [alice, bob]) peer.take();
  return { world, alice, bob, room };
}

function pendingPosts(world: World): number {
  return world.pendingCalls.filter(({ ops }) =>
    ops.some(({ type }) => type === "post"),
  ).length;
}

test("a user's private message leaves a quiet room at once", () => {
  const world = new World();
  const { alice } = joinAll(world, "lobby", "alice");
  joinAll(world, "kitchen", "bob");
  alice.send("@bob psst");
  expect(world.room("lobby").timer).toBeNull();
  expect(pendingPosts(world)).toBe(1);
});

describe("a room with hundreds of private messages a second", () => {
  test("a user's waiting private messages leave together, and are acked in order", () => {
    const { world, alice, bob, room } = beginBusy();
    for (const text of ["one", "two", "three"])
      alice.send({ type: "private", to: "bob", text, id: text });
    world.settle();
    expect(bob.privateTexts).toEqual([]);
    world.advance((room.timer ?? 0) - world.now);
    expect(pendingPosts(world)).toBe(1);
    world.settle();
    expect(bob.privateTexts).toEqual(["one", "two", "three"]);
    expect(alice.all("ack").map(({ id }) => id)).toEqual([
      "one",
      "two",
      "three",
    ]);
  });

  test("a user's private message never waits longer than the ceiling", () => {
    const { world, alice, bob } = beginBusy();
    for (let i = 0; i < 30; i++) alice.send(`@bob ${i}`);
    world.advance(world.settings.FLUSH_CEILING_MS);
    world.settle();
    expect(bob.privateTexts).toHaveLength(30);
  });

  test("a user's waiting private message is sent after the user has disconnected", () => {
    const { world, alice, bob } = beginBusy();
    alice.send("@bob farewell");
    alice.close();
    world.pass(world.settings.FLUSH_CEILING_MS);
    expect(bob.privateTexts).toEqual(["farewell"]);
  });

  test("a user's message to the room does not wait for private messages", () => {
    const { world, alice } = beginBusy();
    alice.send("@bob psst");
    alice.send({ type: "message", text: "hello", id: "1" });
    expect(alice.last("ack").id).toBe("1");
    world.pass(1000);
    expect(alice.all("ack")).toHaveLength(2);
  });

  test("no timer runs once all users' private messages are sent", () => {
    const { world, alice, room } = beginBusy();
    alice.send("@bob psst");
    expect(room.timer).not.toBeNull();
    world.pass(1000);
    expect(room.timer).toBeNull();
  });
});
