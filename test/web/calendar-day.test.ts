// Calendar day tests: the days of a date field are those of the user's time zone, also where the clock changes.
import { afterEach, describe, expect, test, vi } from "vitest";
import { dateValue, dayStart, daysAgo } from "../../src/web/calendar-day.ts";

afterEach(() => vi.unstubAllEnvs());

describe.for([
  // The clock goes forward at midnight, and the day begins at one.
  { zone: "Africa/Cairo", day: "2026-04-24", utc: "2026-04-23T22:00Z" },
  { zone: "Europe/Berlin", day: "2026-03-29", utc: "2026-03-28T23:00Z" },
  { zone: "Europe/Berlin", day: "2026-10-25", utc: "2026-10-24T22:00Z" },
  { zone: "Pacific/Kiritimati", day: "2026-11-29", utc: "2026-11-28T10:00Z" },
  { zone: "America/Los_Angeles", day: "2026-11-29", utc: "2026-11-29T08:00Z" },
])("$day in $zone", ({ zone, day, utc }) => {
  test("begins where the time zone of the user says, and is its own day", () => {
    vi.stubEnv("TZ", zone);
    const start = dayStart(day) ?? 0;
    expect(new Date(start).toISOString()).toBe(new Date(utc).toISOString());
    expect(dateValue(start)).toBe(day);
    expect(dateValue(start - 1)).not.toBe(day);
    expect(dateValue(start + 20 * 3_600_000)).toBe(day);
  });
});

test("a week before a day is a day as long ago, over a change of the clock", () => {
  vi.stubEnv("TZ", "Europe/Berlin");
  const now = (dayStart("2026-03-31") ?? 0) + 3_600_000 / 2;
  expect(daysAgo(now, 7)).toBe(dayStart("2026-03-24"));
  expect(daysAgo(now, 0)).toBe(dayStart("2026-03-31"));
});

test("what is no day has no beginning, and none is before 1970", () => {
  for (const value of ["", "today", "2026-1-1"])
    expect(dayStart(value)).toBe(null);
  expect(dayStart("0026-01-01")).toBe(0);
});
