// Message pacer: a room lets messages wait for each other while it is busy, until there are enough of them or one has waited long enough.
import { FlushBudget } from "./flush-budget.ts";
import type { CostModel } from "./flush-cost.ts";

/** A longer pause between two messages counts as one of so many ms. */
const BETWEEN_MAX_MS = 1000;
/** The weight of a new figure in an average. */
const WEIGHT = 0.1;
/** A pause this many times the average has the weight of a shorter one. */
const PAUSE_FACTOR_MAX = 4;
/** Messages are rounded to a group by at most this part of the window. */
const ROUNDED_MAX = 0.25;
/** A group that is complete may be flushed while so many windows are owed. */
const OWED_MAX = 0.5;
/** With so many windows saved, the room is quiet: nobody waits. */
const QUIET = 2;
/** The last message of a group may be late by this part of the time between two. */
const LATE = 0.5;
/** More messages in a window need no groups: one more or less makes no difference. */
const PER_WINDOW_MAX = 6;
/** A message waits for others during this part of a window at most. */
const AGE_MAX = 0.9;

/** The messages that wait. */
export interface Waiting {
  readonly count: number;
  /** Since when the first of them waits, ms since 1970. */
  readonly since: number;
}

export class MessagePacer {
  readonly #budget: FlushBudget;
  /** The average time between two messages; null: no two have come. */
  #betweenMs: number | null = null;
  #flushedAt = Number.NEGATIVE_INFINITY;

  constructor(costs: CostModel) {
    this.#budget = new FlushBudget(costs);
  }

  /** @returns ms until the flush of these messages, at most `ceiling`; 0: now */
  wait({ count, since }: Waiting, now: number, ceiling: number): number {
    const { windowMs } = this.#budget;
    const owed = this.#budget.owed(now);
    if (owed <= -QUIET * windowMs) return 0;
    const between = this.#betweenMs ?? BETWEEN_MAX_MS;
    const perWindow = windowMs / between;
    if (perWindow > PER_WINDOW_MAX)
      return owed <= between / 2
        ? 0
        : Math.min(ceiling, Math.ceil(owed + between / 2));
    const group = groupSize(perWindow);
    const untilAllowed = owed - OWED_MAX * windowMs;
    // Where the last message does not come, the others do not wait for it.
    const ageMax = Math.min((group - 1 + LATE) * between, AGE_MAX * windowMs);
    const untilOld = count < group ? since + ageMax - now : 0;
    const wait = Math.ceil(Math.max(0, untilAllowed, untilOld));
    return Math.min(ceiling, wait);
  }

  /** @returns the same for joins and leaves alone: they wait for no group */
  waitForPresence(now: number, ceiling: number): number {
    const wait = Math.ceil(Math.max(0, this.#budget.owed(now)));
    return Math.min(ceiling, wait);
  }

  /**
   * Notes a flush.
   *
   * @param sockets connections that get a frame
   * @param items objects in each frame
   * @param messages that waited for it
   */
  spend(sockets: number, items: number, messages: number, now: number): void {
    if (messages > 0) this.#observe(messages, now);
    this.#budget.spend(sockets, items, now);
  }

  /** Notes how far apart the messages of a flush came. */
  #observe(count: number, now: number): void {
    const passed = now - this.#flushedAt;
    this.#flushedAt = now;
    if (passed <= 0) return;
    const between = Math.min(passed / count, BETWEEN_MAX_MS);
    const average = this.#betweenMs ?? between;
    const limited = Math.min(between, average * PAUSE_FACTOR_MAX);
    const weight = 1 - (1 - WEIGHT) ** count;
    this.#betweenMs = average + (limited - average) * weight;
  }
}

/**
 * A flush with each so many-th message costs the fewest flushes for the same
 * waiting time, since its last message does not wait.
 *
 * @param perWindow messages that come in a window, on average
 */
function groupSize(perWindow: number): number {
  const rounded = Math.min(0.5, perWindow * ROUNDED_MAX);
  return Math.max(1, Math.ceil(perWindow - rounded));
}
