// Schedule tests: entries run in their order when they are due, and the earliest one of each clock is known.
import { describe, expect, test } from "vitest";
import type { Clock } from "../../../src/core/shared/contract.ts";
import { Schedule } from "../../../src/core/shared/schedule.ts";

const NAMES = ["first", "second", "third"];

/** A schedule and the names of the entries that ran; each runs once. */
function begin() {
  const schedule = new Schedule(NAMES);
  const ran: string[] = [];
  const add = (name: string, dueAt: number | null, clock: Clock = "timer") => {
    const entry = schedule.add({
      ...{ name, clock, delayMaxMs: 1000 },
      run: () => {
        ran.push(name);
        entry.dueAt = null;
      },
    });
    entry.dueAt = dueAt;
    return entry;
  };
  return { schedule, ran, add };
}

describe("an entry", () => {
  test("an entry runs when its time has come, and not before", () => {
    const { schedule, ran, add } = begin();
    add("first", 500);
    schedule.run(499);
    expect(ran).toEqual([]);
    schedule.run(500);
    schedule.run(501);
    expect(ran).toEqual(["first"]);
  });

  test("an entry does not run while it waits for nothing", () => {
    const { schedule, ran, add } = begin();
    add("first", null);
    schedule.run(Number.MAX_SAFE_INTEGER);
    expect(ran).toEqual([]);
  });

  test("an entry runs when the clock was set back by more than its longest delay", () => {
    const { schedule, ran, add } = begin();
    add("first", 61_000);
    schedule.run(60_000);
    expect(ran).toEqual([]);
    schedule.run(59_999);
    expect(ran).toEqual(["first"]);
  });

  test("an entry without a longest delay waits for a clock that was set back", () => {
    const schedule = new Schedule(["expiry"]);
    const ran: number[] = [];
    const run = (now: number) => void ran.push(now);
    const delayMaxMs = Number.POSITIVE_INFINITY;
    const entry = schedule.add({
      ...{ name: "expiry", clock: "alarm", delayMaxMs, run },
    });
    entry.dueAt = 1_000_000;
    schedule.run(1);
    schedule.run(1_000_000);
    expect(ran).toEqual([1_000_000]);
  });

  test("an entry may make a later one due, which runs in the same round", () => {
    const { schedule, ran, add } = begin();
    const third = add("third", null);
    const first = schedule.add({
      ...{ name: "first", clock: "timer", delayMaxMs: 1000 },
      run: (now) => {
        first.dueAt = null;
        third.dueAt = now;
      },
    });
    first.dueAt = 5;
    schedule.run(5);
    expect(ran).toEqual(["third"]);
  });

  test("an entry that is removed runs no more, not even if it is due again", () => {
    const { schedule, ran, add } = begin();
    const entry = add("first", 5);
    schedule.remove(entry);
    entry.dueAt = 6;
    schedule.run(7);
    expect(ran).toEqual([]);
    expect(schedule.next("timer")).toBeNull();
  });

  test("an entry takes the place of an older one of its name", () => {
    const { schedule, ran, add } = begin();
    const older = add("first", 5);
    add("second", 5);
    add("first", 5);
    schedule.remove(older);
    schedule.run(5);
    expect(ran).toEqual(["first", "second"]);
  });

  test("an entry has a name that the schedule knows", () => {
    const { add } = begin();
    expect(() => add("fourth", 1)).toThrow('No schedule has "fourth".');
  });
});

test("entries run in the order of their names, however they were added", () => {
  const { schedule, ran, add } = begin();
  for (const name of NAMES.toReversed()) add(name, 1);
  schedule.run(1);
  expect(ran).toEqual(NAMES);
});

test("an object wakes up for the earliest entry, by its own clock", () => {
  const { schedule, add } = begin();
  expect(schedule.next("timer")).toBeNull();
  add("first", 30);
  const second = add("second", 20);
  add("third", 10, "alarm");
  expect(schedule.next("timer")).toBe(20);
  expect(schedule.next("alarm")).toBe(10);
  second.dueAt = null;
  expect(schedule.next("timer")).toBe(30);
});
