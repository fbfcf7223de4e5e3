// Flush budget: a room may spend a part of its time on flushes, saves some of it in a pause, and owes a little at most.
import type { CostModel } from "./flush-cost.ts";

/** The budget of so many ms may be saved. */
const SAVED_MAX_MS = 1000;
/** The budget of so many windows may be owed. */
const OWED_MAX = 1.25;

export class FlushBudget {
  readonly #costs: CostModel;
  /** Until then, earlier flushes have used the budget, ms since 1970. */
  #usedUntil = Number.NEGATIVE_INFINITY;
  #windowMs = 0;

  constructor(costs: CostModel) {
    this.#costs = costs;
  }

  /** The time that it takes to save the budget of the last flush. */
  get windowMs(): number {
    return this.#windowMs;
  }

  /** @returns ms until nothing is owed any more; below 0: so much is saved */
  owed(now: number): number {
    // The debt has a limit, so the clock was set back: nothing is owed any more.
    if (this.#usedUntil > this.#debtLimit(now)) this.#usedUntil = now;
    return this.#usedUntil - now;
  }

  /** Takes the cost of `count` frames or calls, with `items` objects in each. */
  spend(count: number, items: number, now: number): void {
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
}
