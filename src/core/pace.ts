// How often a room may fan out: a budget of time that refills, so that a busy room waits and a quiet one does not.

/**
 * What workerd pays to wake one idle socket with a frame, in ms, and for each
 * further object in it: 30-50 us and 1 us, measured. It is a model because
 * clocks stand still inside a handler on Cloudflare.
 */
const SOCKET_MS = 0.04;
const LINE_MS = 0.001;
/** The share of its time that a room spends on fan-out. */
const SHARE = 0.25;
/** The budget of this long a time, in ms, may be saved up, or owed. */
const MEMORY_MS = 1000;

export class Pace {
  #budget = SHARE * MEMORY_MS;
  #at = 0;

  /** Ms until the next flush, at most `ceiling`; 0: now. */
  wait(now: number, ceiling: number): number {
    this.#refill(now);
    if (this.#budget > 0) return 0;
    return Math.min(ceiling, Math.ceil(-this.#budget / SHARE) + 1);
  }

  /** Notes a flush of so many lines to so many sockets. */
  spend(sockets: number, lines: number, now: number): void {
    this.#refill(now);
    const cost = sockets * (SOCKET_MS + lines * LINE_MS);
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
