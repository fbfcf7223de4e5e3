// Page walk: a page finds the events that belong on it, row by row, as far as the budget of one answer goes.
import type { LogRows } from "./log-rows.ts";

/** The numbers at which an event of the page can be. */
export interface Course {
  /** @returns the highest one up to `seq`, or null */
  below(seq: number): number | null;
  /** @returns the lowest one from `seq` on, or null */
  above(seq: number): number | null;
}

export interface FoundEvent {
  readonly seq: number;
  readonly line: string;
}

/** Events in the order in which they were found. */
export interface Walked {
  readonly found: readonly FoundEvent[];
  /** The first number that the page does not cover; null: it covers all. */
  readonly stoppedAt: number | null;
}

export interface Walk {
  readonly course: Course;
  /** The first number to look at. */
  readonly start: number;
  readonly direction: "older" | "newer";
  readonly limit: number;
  /** Does an event belong on the page? */
  isWanted(line: string, seq: number): boolean;
  /** @returns the rows that the first event needs beside its own */
  rowsNeeded(event: FoundEvent): number;
}

/** Walks through a log, as far as the budget of one answer goes. */
export function walk(
  rows: LogRows,
  { course, start, direction, limit, isWanted, rowsNeeded }: Walk,
): Walked {
  const { budget } = rows;
  const found: FoundEvent[] = [];
  let seq = start;
  for (;;) {
    const at = direction === "older" ? course.below(seq) : course.above(seq);
    if (at === null) return { found, stoppedAt: null };
    const mayRead = budget.usedRows === 0 || !budget.isSpent;
    if (!rows.has(at) && (found.length === limit || !mayRead))
      return { found, stoppedAt: at };
    const line = rows.lineAt(at);
    if (line !== null && isWanted(line, at)) {
      if (found.length === limit) return { found, stoppedAt: at };
      const event = { seq: at, line };
      // The first event must fit. After a long search the next answer begins with it.
      if (found.length === 0 && !budget.reserve(rowsNeeded(event)))
        return { found, stoppedAt: at };
      found.push(event);
    }
    seq = direction === "older" ? at - 1 : at + 1;
  }
}
