// Tests of the rows that reading costs: an evening of a reader of 20 rooms, counted.
import { expect, test } from "vitest";
import { join } from "../support/people.ts";
import { World } from "../support/world.ts";

const MINUTE = 60_000;
const ROOMS = 20;
const HOURS = 4;

test("a user who reads 20 rooms for an evening costs two rows a minute at most", () => {
  const world = new World();
  const names = Array.from({ length: ROOMS }, (_, i) => `room-${i}`);
  const bobs = names.map((name) => join(world, name, "bob"));
  const alices = names.map((name) => join(world, name, "alice"));
  const { database } = world.directory("alice");
  const sent = names.map(() => 0);
  const say = (i: number) => {
    bobs[i]?.send("hello");
    sent[i] = (sent[i] ?? 0) + 1;
    world.pass(1000);
  };
  const before = database.written;
  // Each room has a message a minute. Alice looks at one room a minute, and reads
  // what comes there at once, and what has waited.
  for (let minute = 0; minute < HOURS * 60; minute++) {
    const open = minute % ROOMS;
    names.forEach((_, i) => {
      say(i);
      if (i === open || i === 0)
        alices[open]?.send({ type: "read", seq: sent[open] ?? 0 });
    });
    world.pass(MINUTE - ROOMS * 1000);
  }
  const written = database.written - before;
  for (const alice of alices) alice.send({ type: "leave" });
  world.settle();
  // Of 4,800 messages in 20 rooms, in 240 minutes: see docs/protocol/read-state.md.
  expect(written).toBe(467);
  expect(database.written - before - written).toBe(ROOMS);
  const marks = alices.map((_, i) =>
    join(world, `room-${i}`, "alice").last("welcome"),
  );
  expect(marks.every(({ read = 0 }) => read > 0)).toBe(true);
});

test("a user who marks nothing costs no row more than before", () => {
  const rows = (hasRead: boolean) => {
    const world = new World();
    const alice = join(world, "lobby", "alice");
    const first = world.directory("alice").database.written;
    alice.send("one");
    if (hasRead) alice.send({ type: "read", seq: 1 });
    world.settle();
    alice.send({ type: "leave" });
    world.settle();
    return [first, world.directory("alice").database.written - first];
  };
  expect(rows(false)).toEqual([1, 1]);
  expect(rows(true)).toEqual([1, 2]);
});
