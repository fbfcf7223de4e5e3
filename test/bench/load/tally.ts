// What the clients of one measurement have seen: counts, and how late each delivery was.

export class Tally {
  deliveries = 0;
  acks = 0;
  privates = 0;
  errors = 0;
  closes = 0;
  /** Ms from when it was sent, of each; only while `isTimed`. */
  isTimed = false;
  #late = new Float64Array(1 << 16);
  #count = 0;

  /** Counts from here on. */
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

  /** The latency that this share of the deliveries do not exceed, in ms. */
  quantiles(...shares: readonly number[]): number[] {
    const sorted = this.#late.slice(0, this.#count).sort();
    return shares.map(
      (share) =>
        sorted[Math.min(this.#count - 1, Math.floor(share * this.#count))] ??
        Number.NaN,
    );
  }
}
