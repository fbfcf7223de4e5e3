// Event delivery tests: the app gets every stored event in order, over failures, sleeps and crashes.
import { describe, expect, test } from "vitest";
import type { DeliverEvents } from "../../../src/core/shared/event-batches.ts";
import { AppStub } from "../support/app-stub.ts";
import {
  DONE,
  FAILED,
  MINUTE,
  rangeOf,
  rowsOf,
  started,
} from "../support/event-world.ts";
import { join, joinAll } from "../support/people.ts";
import { World } from "../support/world.ts";

test("an app that hears no events costs its rooms no table, row or alarm", () => {
  const world = new World();
  new AppStub(world, []);
  const { alice } = joinAll(world, "lobby", "alice", "bob");
  alice.send("hello");
  world.pass(MINUTE);
  const { database, alarm } = world.room("lobby");
  expect(database.tables).not.toHaveProperty("event_cursor");
  expect(alarm).toBeNull();
});

test("a room without events costs no table, row or alarm", () => {
  const { world, lobby } = started();
  world.pass(MINUTE);
  expect(lobby.database.tables).not.toHaveProperty("event_cursor");
  expect(lobby.alarm).toBeNull();
});

test("the app gets each event after it is stored", () => {
  const { world, alice, batches } = started();
  alice.send({ type: "message", text: "one", id: "a" });
  const { epoch } = alice.last("welcome");
  world.settle();
  const [line] = alice.all("ack");
  expect(batches).toMatchObject([
    { type: "events", room: "lobby", epoch, from: 1, to: 1 },
  ]);
  expect(JSON.parse(batches[0]?.lines[0] ?? "")).toMatchObject({
    ...{ type: "message", seq: 1, text: "one", id: "a", at: line?.at },
  });
});

test("one batch is in flight, and the next one has all that came meanwhile", () => {
  const { app, world, say, batches, answers } = started();
  answers.push("later");
  say(1);
  say(3);
  expect(batches.map(rangeOf)).toEqual([[1, 1]]);
  app.openBatches[0]?.(DONE);
  world.settle();
  expect(batches.map(rangeOf)).toEqual([
    [1, 1],
    [2, 4],
  ]);
});

test("a batch has at most 100 events", () => {
  const { app, world, say, batches, answers } = started();
  answers.push("later");
  say(1);
  say(250);
  app.openBatches[0]?.(DONE);
  world.settle();
  expect(batches.map(rangeOf)).toEqual([
    [1, 1],
    [2, 101],
    [102, 201],
    [202, 251],
  ]);
});

test("a batch has at most 64 KiB, unless one event has more", () => {
  const { app, world, alice, say, batches, answers } = started({
    ...{ TEXT_MAX: 100_000, FRAME_MAX: 1_048_576 },
  });
  answers.push("later");
  say(1);
  for (const size of [30_000, 30_000, 30_000, 90_000, 10])
    alice.send({ type: "message", text: "x".repeat(size) });
  world.pass(1000);
  app.openBatches[0]?.(DONE);
  world.settle();
  expect(batches.map(rangeOf).slice(1)).toEqual([
    [2, 3],
    [4, 4],
    [5, 5],
    [6, 6],
  ]);
});

describe("after a failure", () => {
  test("the same events come again, first of all, after waits that grow to five minutes", () => {
    const { world, say, batches, answers } = started();
    const begun = world.now;
    answers.push(...Array.from({ length: 12 }, () => FAILED));
    const waits: number[] = [];
    say(2);
    let last = batches.length;
    for (let s = 0; s < 4000 && answers.length > 0; s++) {
      world.pass(1000);
      if (batches.length > last)
        waits.push(Math.round((world.now - begun) / 1000));
      last = batches.length;
    }
    const grown = waits.map((at, i) => at - (waits[i - 1] ?? 0));
    expect(grown.slice(1, 7)).toEqual([4, 8, 16, 32, 64, 128]);
    expect(Math.max(...grown)).toBeLessThanOrEqual(301);
    expect(batches.every(({ from }) => from === 1)).toBe(true);
    world.pass(10 * MINUTE);
    say(1);
    expect(batches.at(-1)).toMatchObject({ from: 3, to: 3 });
  });

  test("the app may ask for a longer wait", () => {
    const { world, say, batches, answers } = started();
    answers.push({ ...FAILED, code: "unavailable", retryAfter: 5 * MINUTE });
    say(1);
    world.pass(4 * MINUTE);
    say(1);
    expect(batches).toHaveLength(1);
    world.pass(2 * MINUTE);
    expect(batches.map(rangeOf)).toEqual([
      [1, 1],
      [1, 2],
    ]);
  });

  test("a room that waits for long sleeps, and wakes up for it", () => {
    const { world, lobby, say, batches, answers } = started();
    answers.push({ ...FAILED, retryAfter: 5 * MINUTE });
    say(1);
    world.hibernate(lobby);
    world.pass(6 * MINUTE);
    expect(batches.length).toBeGreaterThan(1);
    expect(batches.at(-1)).toMatchObject({ from: 1, to: 1 });
  });

  test("a lost call is a failure", () => {
    const { world, alice, batches } = started();
    alice.send("hello");
    world.lose(world.pendingCall("events"));
    world.pass(2000);
    expect(batches.map(rangeOf)).toEqual([[1, 1]]);
  });
});

describe("the cursor", () => {
  test("outlives a sleep in an attachment, without a row", () => {
    const { world, lobby, say, batches } = started();
    say(10);
    const rows = structuredClone(rowsOf(world));
    world.hibernate(lobby);
    expect(rowsOf(world)).toEqual(rows);
    say(1);
    expect(batches.at(-1)).toMatchObject({ from: 11, to: 11 });
  });

  test("moves to another connection when its own is closed", () => {
    const { world, lobby, alice, say, batches } = started();
    const bob = join(world, "lobby", "bob");
    say(10);
    alice.close();
    world.hibernate(lobby);
    bob.send("hello");
    world.pass(1000);
    expect(batches.at(-1)).toMatchObject({ from: 11, to: 11 });
  });

  test("is written when the last connection is closed", () => {
    const { world, lobby, alice, say, batches } = started();
    say(10);
    expect(rowsOf(world)).toMatchObject([{ endpoint: "app", seq: 0 }]);
    alice.close();
    expect(rowsOf(world)).toMatchObject([{ endpoint: "app", seq: 10 }]);
    world.hibernate(lobby);
    const bob = join(world, "lobby", "bob");
    bob.send("hello");
    world.pass(1000);
    expect(batches.at(-1)).toMatchObject({ from: 11, to: 11 });
  });

  test("is written every 256 delivered events", () => {
    const { world, say } = started();
    for (let i = 0; i < 30; i++) say(10);
    expect(rowsOf(world)).toMatchObject([{ seq: 260 }]);
  });

  test("is written in time when old events are dropped", () => {
    const { world, lobby, say, batches } = started({ ROOM_HISTORY: 40 });
    for (let i = 0; i < 20; i++) say(10);
    world.crash(lobby);
    world.pass(MINUTE);
    expect(batches.every(({ gapAfter }) => gapAfter === undefined)).toBe(true);
  });

  test("is written when the process stops", () => {
    const { world, lobby, say } = started();
    say(10);
    lobby.run({ kind: "stopping" });
    expect(rowsOf(world)).toMatchObject([{ seq: 10 }]);
  });

  test("begins at the newest event where the app hears events for the first time", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice", "bob");
    alice.send("before");
    world.hibernate(world.room("lobby"));
    const batches: DeliverEvents[] = [];
    new AppStub(world, [], (batch) => {
      batches.push(batch);
      return DONE;
    });
    alice.send("after");
    world.pass(1000);
    expect(batches.map(rangeOf)).toEqual([[2, 2]]);
  });
});

describe("a crash", () => {
  test("delays events by a minute at most, though nobody comes", () => {
    const { world, lobby, say, batches, answers } = started();
    answers.push("later");
    say(3);
    batches.length = 0;
    world.crash(lobby);
    world.pass(MINUTE);
    expect(batches.map(rangeOf)).toEqual([[1, 3]]);
    world.pass(MINUTE);
    expect(batches).toHaveLength(1);
    expect(lobby.alarm).toBeNull();
  });

  test("does not hide an event that was stored right before it", () => {
    const { world, lobby, alice, batches } = started();
    lobby.nextFault = { after: 0 };
    alice.send("hello");
    world.pass(2 * MINUTE);
    expect(batches.map(rangeOf)).toEqual([[1, 1]]);
  });

  test("brings again 256 events and a batch at most", () => {
    const { world, lobby, say, batches } = started();
    for (let i = 0; i < 70; i++) say(10);
    batches.length = 0;
    world.crash(lobby);
    world.pass(2 * MINUTE);
    const [first] = batches;
    expect(first?.from).toBeGreaterThan(700 - 356);
    expect(batches.at(-1)?.to).toBe(700);
  });
});

test("the app gets a message as it is when it is handed over: edited, or what is left of a deleted one", () => {
  const { world, alice, batches, answers } = started();
  answers.push(FAILED, FAILED);
  for (const text of ["a secret one", "a secret two"]) alice.send(text);
  alice.send({ type: "edit", of: 1, text: "one" });
  alice.send({ type: "delete", of: 2 });
  world.pass(MINUTE);
  const delivered = batches.at(-1)?.lines ?? [];
  expect(delivered.join()).not.toContain("secret");
  expect(delivered.map((line) => JSON.parse(line))).toMatchObject([
    { type: "message", seq: 1, text: "one" },
    { type: "erased", seq: 2 },
    { type: "edited", seq: 3, text: "one" },
    { type: "deleted", seq: 4, of: 2 },
  ]);
});
