// Flush pacer: a budget of time limits how often a room flushes, so that a busy room waits and a quiet one does not.

/**
 * The share of its time that a room may spend on one kind of work. 200 members
 * at 20 messages a second take a sixth of its time, and wait for nothing.
 */
const SHARE = 0.18;
/** The budget of so many ms may be saved, or owed. */
const MEMORY_MS = 1000;

/** An estimate of a cost, in ms: on Cloudflare, clocks stand still inside a handler. */
export interface CostModel {
  /** For each frame or call, whatever its size. */
  readonly each: number;
  /** For each object in a frame or call. */
  readonly item: number;
}

/** workerd takes 30-50 us to send one frame to an idle socket (measured). */
export const FRAME_COST: CostModel = { each: 0.04, item: 0.001 };
/**
 * A call between objects takes 145-195 us (measured). A private message takes
 * two, and a commit: to the addressee's directory, and from there to the room.
 * The sender's copy takes as much, but many copies share it in a busy room.
 */
export const PRIVATE_COST: CostModel = { each: 1, item: 0.02 };

export class FlushPacer {
  readonly #costs: CostModel;
  #budget = SHARE * MEMORY_MS;
  #at = 0;

  constructor(costs: CostModel) {
    this.#costs = costs;
  }

  /** @returns ms until the next flush, at most `ceiling`; 0: flush now */
  wait(now: number, ceiling: number): number {
    this.#refill(now);
    if (this.#budget > 0) return 0;
    return Math.min(ceiling, Math.ceil(-this.#budget / SHARE) + 1);
  }

  /** Takes the cost of `count` frames or calls, with `items` objects in each. */
  spend(count: number, items: number, now: number): void {
    this.#refill(now);
    const cost = count * (this.#costs.each + items * this.#costs.item);
    // The ceiling lets a huge room spend more than its budget: the debt has a
    // limit, so that the room recovers from it.
    this.#budget = Math.max(-SHARE * MEMORY_MS, this.#budget - cost);
  }

  #refill(now: number): void {
    const passed = Math.max(0, now - this.#at);
    this.#budget = Math.min(SHARE * MEMORY_MS, this.#budget + SHARE * passed);
    this.#at = now;
  }
}
