// Calendar day: converts between times and the days of the user's time zone, as a date field has them.
import { dayBounds } from "./time-format.ts";

/** The day of a time as `2026-11-29`. */
export function dateValue(at: number): string {
  const date = new Date(at);
  const pad = (n: number, width: number) => String(n).padStart(width, "0");
  const [month, day] = [pad(date.getMonth() + 1, 2), pad(date.getDate(), 2)];
  return `${pad(date.getFullYear(), 4)}-${month}-${day}`;
}

/**
 * The beginning of a day in ms since 1970, and not before 1970. Where the clock
 * is set forward at midnight, it is the first hour that the day has.
 *
 * @param value `2026-11-29`
 * @returns null: it is no day
 */
export function dayStart(value: string): number | null {
  const [, year, month, day] = /^(\d{4,6})-(\d\d)-(\d\d)$/.exec(value) ?? [];
  if (year === undefined) return null;
  // The constructor would take the year 26 for 1926.
  const date = new Date(2000, 0, 1);
  date.setFullYear(Number(year), Number(month) - 1, Number(day));
  const { from } = dayBounds(date.getTime());
  return Number.isNaN(from) ? null : Math.max(0, from);
}

/** The beginning of the day so many days before that of a time. */
export function daysAgo(now: number, days: number): number {
  const date = new Date(now);
  date.setDate(date.getDate() - days);
  return dayBounds(date.getTime()).from;
}
