// Flush pacer: a budget of time limits how often a room flushes, so that a busy room waits and a quiet one does not.
import type { CostModel } from "./flush-cost.ts";

/** The budget of so many ms may be saved. */
const SAVED_MAX_MS = 1000;
/** The budget of so many flushes may be owed. */
const OWED_MAX = 1.25;
/** The part of a window by which a flush may be early or late, to meet a message. */
const TOLERANCE = 0.25;
/** The weight of a new figure in an average. */
const WEIGHT = 0.25;
/** A pause this many times the average has the weight of a shorter one. */
const PAUSE_FACTOR_MAX = 4;

export class FlushPacer {
  readonly #costs: CostModel;
  /** Until then, earlier flushes have used the budget, ms since 1970. */
  #usedUntil = Number.NEGATIVE_INFINITY;
  /** The time that it takes to save the budget of the last flush. */
  #windowMs = 0;
  /** The average time between two objects; null: no two have come. */
  #betweenMs: number | null = null;
  #objectsAt = Number.NEGATIVE_INFINITY;

  constructor(costs: CostModel) {
    this.#costs = costs;
  }

  /** @returns ms until the next flush, at most `ceiling`; 0: flush now */
  wait(now: number, ceiling: number): number {
    // The debt has a limit, so the clock was set back: nothing is owed any more.
    if (this.#usedUntil > this.#debtLimit(now)) this.#usedUntil = now;
    const left = this.#usedUntil - now;
    const between = this.#betweenMs ?? SAVED_MAX_MS;
    const tolerance = Math.min(between / 2, this.#windowMs * TOLERANCE);
    // The next object is expected after the end of the wait, which saves nothing.
    if (left <= tolerance) return 0;
    return Math.min(ceiling, Math.ceil(left + tolerance));
  }

  /** Takes the cost of `count` frames or calls, with `items` objects in each. */
  spend(count: number, items: number, now: number): void {
    if (items > 0) this.#observe(items, now);
    const { each, item } = this.#costs;
    const cost = count * (each + items * item);
    this.#windowMs = cost / this.#costs.share(cost, items);
    this.#usedUntil = Math.max(this.#usedUntil, now - SAVED_MAX_MS);
    // The ceiling lets a huge room spend more than its budget: the debt has a
    // limit, so that the room recovers from it.
    this.#usedUntil = Math.min(
      this.#usedUntil + this.#windowMs,
      this.#debtLimit(now),
    );
  }

  #debtLimit(now: number): number {
    return now + this.#windowMs * OWED_MAX;
  }

  /** Notes how far apart the objects of a flush came. */
  #observe(items: number, now: number): void {
    const passed = now - this.#objectsAt;
    this.#objectsAt = now;
    if (passed <= 0) return;
    const between = Math.min(passed / items, SAVED_MAX_MS);
    const average = this.#betweenMs ?? between;
    const limited = Math.min(between, average * PAUSE_FACTOR_MAX);
    this.#betweenMs = average + (limited - average) * WEIGHT;
  }
}
