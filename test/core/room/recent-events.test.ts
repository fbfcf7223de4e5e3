// Recent events tests: the newest events are there until they are delivered, and never with a hole.
import { expect, test } from "vitest";
import { RecentEvents } from "../../../src/core/shared/events/recent-events.ts";

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `${from + i}`);

test("events after a place are there, if all of them are kept", () => {
  const recent = new RecentEvents();
  recent.add("E", 5, lines(5, 7));
  recent.add("E", 8, lines(8, 8));
  expect(recent.after("E", 4)).toEqual(lines(5, 8));
  expect(recent.after("E", 6)).toEqual(lines(7, 8));
  expect(recent.after("E", 3)).toBeNull();
  expect(recent.after("E", 8)).toBeNull();
  expect(recent.after("F", 4)).toBeNull();
});

test("another log, or a hole, begins anew", () => {
  const recent = new RecentEvents();
  recent.add("E", 1, lines(1, 3));
  recent.add("F", 4, lines(4, 5));
  expect(recent.after("E", 0)).toBeNull();
  expect(recent.after("F", 3)).toEqual(lines(4, 5));
  recent.add("F", 9, lines(9, 9));
  expect(recent.after("F", 4)).toBeNull();
  expect(recent.after("F", 8)).toEqual(lines(9, 9));
});

test("the oldest go first where there are too many, or they are too long", () => {
  const recent = new RecentEvents();
  recent.add("E", 1, lines(1, 300));
  expect(recent.after("E", 43)).toBeNull();
  expect(recent.after("E", 44)).toEqual(lines(45, 300));
  recent.add("E", 301, ["x".repeat(100_000), "y".repeat(100_000)]);
  expect(recent.after("E", 300)).toBeNull();
  expect(recent.after("E", 301)).toHaveLength(1);
});

test("nothing is kept once all is delivered", () => {
  const recent = new RecentEvents();
  recent.add("E", 1, lines(1, 3));
  recent.clear();
  expect(recent.after("E", 2)).toBeNull();
  recent.add("E", 4, lines(4, 4));
  expect(recent.after("E", 2)).toBeNull();
  expect(recent.after("E", 3)).toEqual(lines(4, 4));
});
