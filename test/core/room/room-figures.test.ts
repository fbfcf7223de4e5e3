// Room figures tests: the operator reads counts that agree with what the room has stored, also after deletions and trims.
import { expect, test } from "vitest";
import type { RoomFigures } from "../../../src/core/shared/room-admin-requests.ts";
import { join } from "../support/people.ts";
import { World } from "../support/world.ts";

function figuresOf(world: World, room = "lobby", withBytes = false) {
  const bytes = withBytes ? { withBytes: true as const } : {};
  const reply = world.askRoom(room, { type: "figures", ...bytes });
  return reply as RoomFigures;
}

test("an operator reads the figures of a room, also after a sleep", () => {
  const world = new World({ RATE_BURST: 1000 });
  const alice = join(world, "lobby", "alice");
  const bob = join(world, "lobby", "bob");
  world.open("lobby");
  for (let i = 1; i <= 40; i++) alice.send({ type: "message", text: `n ${i}` });
  world.pass(1000);
  bob.send({ type: "react", of: 3, emoji: "👍", on: true });
  world.pass(1000);
  alice.send({ type: "delete", of: 5 });
  world.pass(1000);
  const expected = {
    ...{
      type: "figures",
      epoch: alice.last("welcome").epoch,
      seq: 42,
      oldest: 1,
    },
    ...{ messages: 40, members: 2, connections: 3, access: "open" },
    newestAt: expect.any(Number),
  };
  expect(figuresOf(world)).toEqual(expected);
  const rows = world.room("lobby").database.tables.log ?? [];
  const bytes = rows
    .map((row) => Buffer.byteLength((row as { body: string }).body.trimEnd()))
    .reduce((one, other) => one + other, 0);
  world.hibernate(world.room("lobby"));
  expect(figuresOf(world, "lobby", true)).toEqual({ ...expected, bytes });
});

test("the messages of a room are those that it keeps", () => {
  const world = new World({ ROOM_HISTORY: 50, RATE_BURST: 1000 });
  const alice = join(world, "lobby", "alice");
  for (let i = 1; i <= 200; i++) {
    alice.send({ type: "message", text: `n ${i}` });
    if (i % 3 === 0)
      alice.send({ type: "react", of: i - 1, emoji: "👍", on: true });
    world.pass(100);
  }
  const { seq, oldest, messages } = figuresOf(world);
  expect(oldest).toBeGreaterThan(1);
  const stored: string[] = [];
  for (const row of world.room("lobby").database.tables.log ?? [])
    stored.push(...(row as { body: string }).body.split("\n"));
  expect(stored).toHaveLength(seq - oldest + 1);
  expect(messages).toBe(
    stored.filter((line) => line.startsWith('{"type":"message"')).length,
  );
});

test("a room that nobody has joined has no epoch and no bytes, and stays so", () => {
  const world = new World();
  expect(figuresOf(world, "attic", true)).toEqual({
    ...{ type: "figures", epoch: null, seq: 0, oldest: 1, messages: 0 },
    ...{ bytes: 0, members: 0, connections: 0, access: "open" },
  });
  expect(world.room("attic").database.tables).toEqual({});
});
