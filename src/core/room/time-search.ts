// Time search: finds the first event of a log at or after a time, by halves over the numbers of its events.
import { timeOf } from "./expired-lines.ts";
import type { LogRows } from "./log-rows.ts";

/**
 * Reads one stored row for each halving: at most 17 of 100,000 rows. Times
 * grow with the numbers, unless the clock of the server was set back or an import
 * has them in disorder: then it is one place with an earlier time before it.
 *
 * @param at ms since 1970
 * @returns the number of the event; above `head` if there is none
 */
export function firstSince(
  rows: LogRows,
  { oldest, head }: { readonly oldest: number; readonly head: number },
  at: number,
): number {
  // All before `low` is earlier, and nothing from `high` on.
  let [low, high] = [oldest, head + 1];
  while (low < high) {
    const row = rows.rowAt((low + high) >> 1);
    if (row === null) return low;
    const { first, lines } = row;
    const begin = Math.max(0, low - first);
    const end = Math.min(lines.length, high - first);
    const isEarlier = (index: number) => timeOf(lines[index] ?? "") < at;
    if (isEarlier(end - 1)) low = first + end;
    else if (!isEarlier(begin)) high = first + begin;
    else return first + firstIndex(begin, end, isEarlier);
  }
  return low;
}

/** @returns the first index from `low` on that is not earlier */
function firstIndex(
  low: number,
  high: number,
  isEarlier: (index: number) => boolean,
): number {
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isEarlier(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
