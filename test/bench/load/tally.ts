// Tally: counts what the clients of one measurement receive, and how late.

export class Tally {
  deliveries = 0;
  acks = 0;
  privates = 0;
  errors = 0;
  closes = 0;
  /** While true, the latency of each delivery is stored, in ms. */
  isTimed = false;
  #late = new Float64Array(1 << 16);
  #count = 0;

  /** Starts the counts from zero. */
  reset(): void {
    this.deliveries = this.acks = this.privates = 0;
    this.#count = 0;
  }

  time(ms: number): void {
    if (this.#count === this.#late.length) {
      const more = new Float64Array(2 * this.#count);
      more.set(this.#late);
      this.#late = more;
    }
    this.#late[this.#count++] = ms;
  }

  /** The latencies that these shares of the deliveries do not exceed, in ms. */
  quantiles(...shares: readonly number[]): number[] {
    const sorted = this.#late.slice(0, this.#count).sort();
    return shares.map(
      (share) =>
        sorted[Math.min(this.#count - 1, Math.floor(share * this.#count))] ??
        Number.NaN,
    );
  }
}
