// Time format: dates have the names that people use.
import { expect, test } from "vitest";
import { dayBounds, isoTime, TimeFormat } from "../../src/web/time-format.ts";
import { noon } from "./support/display-messages.ts";

const english = new TimeFormat("en-GB", "Unknown time");
const chinese = new TimeFormat("zh", "时间不明");

test("a user reads today and yesterday as words, other days as dates", () => {
  const now = noon(20);
  expect(english.day(noon(20, -700), now)).toBe("Today");
  expect(english.day(noon(19, 700), now)).toBe("Yesterday");
  expect(english.day(noon(17), now)).toBe("Tuesday 17 November");
  expect(chinese.day(noon(20), now)).toBe("今天");
});

test("a user reads the year of a day in another year", () => {
  const then = new Date(2025, 10, 20, 12).getTime();
  expect(english.day(then, noon(20))).toMatch(/2025/);
});

test("a user reads yesterday as a calendar day, not as 24 hours", () => {
  const lateYesterday = new Date(2026, 10, 19, 23, 59).getTime();
  const earlyToday = new Date(2026, 10, 20, 0, 1).getTime();
  expect(english.day(lateYesterday, earlyToday)).toBe("Yesterday");
  const { from, to } = dayBounds(earlyToday);
  expect(from).toBeGreaterThan(lateYesterday);
  expect(dayBounds(to).from).toBe(to);
});

const BEYOND = [9e15, -9e15, Number.NaN, Number.POSITIVE_INFINITY, 1e300];

test("a user reads an invalid time as unknown", () => {
  for (const at of BEYOND) {
    const all = [english.clock(at), english.full(at), english.date(at)];
    expect(new Set([...all, english.day(at, noon(20))])).toEqual(
      new Set(["Unknown time"]),
    );
    expect(isoTime(at)).toBeUndefined();
  }
  expect(english.day(noon(20), noon(20))).toBe("Today");
});

test("a user reads a day for the first and the last possible time", () => {
  for (const at of [8.64e15, -8.64e15]) {
    expect(english.day(at, noon(20))).not.toBe("Unknown time");
    expect(isoTime(at)).toMatch(/Z$/);
  }
  const { from, to } = dayBounds(8.64e15);
  expect(to).toBeGreaterThan(from);
});
