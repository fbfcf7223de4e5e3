// Bound tests: one user can make a directory hold only a limited amount of mail, and only a limited number of rooms (promise 9).
import { describe, expect, test } from "vitest";
import * as LIMITS from "../../../src/protocol/limits.ts";
import { join, joinAll, startJoin } from "../support/people.ts";
import { ask, enter } from "../support/requests.ts";
import { World } from "../support/world.ts";

test("a user's mail that waits for a failed room is never more than the mailbox holds", () => {
  const world = new World({ RATE_PER_SECOND: 0, MAILBOX_MESSAGES: 3 });
  const { alice: ear } = joinAll(world, "lobby", "alice");
  const { alice: mouth } = joinAll(world, "kitchen", "alice");
  joinAll(world, "attic", "bob");
  const lobby = world.room("lobby");
  lobby.overloadedUntil = Infinity;
  for (let i = 1; i <= 20; i++) {
    mouth.send(`@bob ${i}`);
    world.pass(world.settings.FLUSH_CEILING_MS);
  }
  expect(mouth.all("ack")).toHaveLength(20);
  expect(ear.privateTexts).toEqual([]);
  lobby.overloadedUntil = 0;
  world.pass(60_000);
  // The device has asked for mail after that number, and gets no other.
  expect(ear.privateTexts).toEqual(["18", "19", "20"]);
  mouth.send("@bob and on");
  world.pass(1000);
  expect(ear.privateTexts.at(-1)).toBe("and on");
});

describe("a user who is in as many rooms as allowed", () => {
  function inAllRooms() {
    const world = new World();
    const rooms = Array.from(
      { length: LIMITS.roomsPerUserMax },
      (_, i) => `room-${i}`,
    );
    for (const room of rooms) join(world, room, "alice", { history: 0 });
    return world;
  }

  test("a user in the maximum of rooms is refused another one, until they leave one", () => {
    const world = inAllRooms();
    const more = startJoin(world, "one-more", "alice");
    world.settle();
    expect(more.last("error").code).toBe("forbidden");
    const again = join(world, "room-7", "alice");
    world.pass(1000);
    for (const peer of world.room("room-7").peers) peer.send("/leave");
    world.settle();
    expect(again.last("left").username).toBe("alice");
    join(world, "one-more", "alice");
  });

  test("a user may join another room if the claim only lists rooms that the user has left", () => {
    const world = new World();
    const gone = Array.from({ length: LIMITS.roomsPerUserMax }, (_, i) =>
      enter(`gone-${i}`, 1),
    );
    ask(world, "alice", ...gone);
    const { alice } = joinAll(world, "lobby", "alice");
    expect(alice.closed).toBeNull();
  });
});
