// How often a room may do what is dear: a budget of time that refills, so that a busy room waits and a quiet one does not.

/**
 * The share of its time that a room spends on one kind of work. 200 members
 * at 20 messages a second take a sixth of it, and are still served at once.
 */
const SHARE = 0.18;
/** The budget of this long a time, in ms, may be saved up, or owed. */
const MEMORY_MS = 1000;

/** What something takes, in ms. It is a model: clocks stand still inside a handler on Cloudflare. */
export interface CostModel {
  /** For each frame, or call, however much is in it. */
  readonly each: number;
  /** For each object in it. */
  readonly item: number;
}

/** What workerd pays to wake one idle socket with a frame: 30-50 us, measured. */
export const FRAME_COST: CostModel = { each: 0.04, item: 0.001 };
/**
 * A call from object to object takes 145-195 us, measured, and a private
 * message is two, with a commit: to the addressee, and on to their room. Its
 * sender's copy is another of each, which many share in a busy room.
 */
export const PRIVATE_COST: CostModel = { each: 1, item: 0.02 };

export class FlushPacer {
  readonly #costs: CostModel;
  #budget = SHARE * MEMORY_MS;
  #at = 0;

  constructor(price: CostModel) {
    this.#costs = price;
  }

  /** Ms until the next time, at most `ceiling`; 0: now. */
  wait(now: number, ceiling: number): number {
    this.#refill(now);
    if (this.#budget > 0) return 0;
    return Math.min(ceiling, Math.ceil(-this.#budget / SHARE) + 1);
  }

  /** Notes so many frames, or calls, with so many objects in each. */
  spend(count: number, items: number, now: number): void {
    this.#refill(now);
    const cost = count * (this.#costs.each + items * this.#costs.item);
    // The ceiling lets a huge room spend more than it has: it must not owe
    // that for ever.
    this.#budget = Math.max(-SHARE * MEMORY_MS, this.#budget - cost);
  }

  #refill(now: number): void {
    const passed = Math.max(0, now - this.#at);
    this.#budget = Math.min(SHARE * MEMORY_MS, this.#budget + SHARE * passed);
    this.#at = now;
  }
}
