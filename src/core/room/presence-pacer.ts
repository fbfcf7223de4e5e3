// Presence pacer: a room limits how often joins and leaves alone make it flush, so that a wave of them shares frames.

/**
 * The part of its time that a room spends on telling its members about joins and
 * leaves: nobody waits for these as for a message.
 */
const SHARE = 0.002;
/** A join or leave waits at most so long, ms. */
export const PRESENCE_WAIT_MAX_MS = 1000;
/** So many flushes may be saved, and one more is free: friends come, one reloads. */
const SAVED = 4;

export class PresencePacer {
  /** Until then, earlier flushes have used the budget, ms since 1970. */
  #usedUntil = Number.NEGATIVE_INFINITY;

  /** @returns ms until a join or leave may be told by a flush of its own; 0: now */
  wait(now: number): number {
    const left = this.#usedUntil - now;
    // The budget is never used further ahead, so the clock was set back.
    if (left > PRESENCE_WAIT_MAX_MS) this.#usedUntil = now;
    return left > PRESENCE_WAIT_MAX_MS ? 0 : Math.max(0, Math.ceil(left));
  }

  /** @param costMs the cost of a flush that told nothing but joins and leaves */
  spend(costMs: number, now: number): void {
    const window = Math.min(PRESENCE_WAIT_MAX_MS, costMs / SHARE);
    const from = Math.max(this.#usedUntil, now - SAVED * window);
    this.#usedUntil = Math.min(from + window, now + PRESENCE_WAIT_MAX_MS);
  }
}
