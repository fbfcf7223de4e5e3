// Days as people name them.
import { expect, test } from "vitest";
import { dayAround, Times } from "../../src/web/times.ts";
import { noon } from "./shown.ts";

const english = new Times("en-GB");
const chinese = new Times("zh");

test("today and yesterday have names, other days a date", () => {
  const now = noon(20);
  expect(english.day(noon(20, -700), now)).toBe("Today");
  expect(english.day(noon(19, 700), now)).toBe("Yesterday");
  expect(english.day(noon(17), now)).toBe("Tuesday 17 November");
  expect(chinese.day(noon(20), now)).toBe("今天");
});

test("a day of another year has its year", () => {
  const then = new Date(2025, 10, 20, 12).getTime();
  expect(english.day(then, noon(20))).toMatch(/2025/);
});

test("yesterday is a day, not 24 hours", () => {
  const lateYesterday = new Date(2026, 10, 19, 23, 59).getTime();
  const earlyToday = new Date(2026, 10, 20, 0, 1).getTime();
  expect(english.day(lateYesterday, earlyToday)).toBe("Yesterday");
  const { from, to } = dayAround(earlyToday);
  expect(from).toBeGreaterThan(lateYesterday);
  expect(dayAround(to).from).toBe(to);
});
