// Token bucket: a rate limit allows a burst at once, and a number of actions a second in the long run.

/** The size of a bucket, and how fast it fills. `perSecond` 0: no limit. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** A token, less the rounding error of a bucket that fills by fractions. */
const ONE = 1 - 1e-9;

export class TokenBucket {
  #tokens: number;
  #at: number;

  constructor({ burst }: Rate, now: number) {
    this.#tokens = burst;
    this.#at = now;
  }

  /** Tokens after the newest take: a fraction too. */
  get remaining(): number {
    return this.#tokens;
  }

  /**
   * Takes one token.
   *
   * @returns 0, or the ms to wait until there is a token
   */
  take({ burst, perSecond }: Rate, now: number): number {
    if (perSecond === 0) return 0;
    const filled = (Math.max(0, now - this.#at) * perSecond) / 1000;
    this.#tokens = Math.min(burst, this.#tokens + filled);
    this.#at = now;
    if (this.#tokens < ONE)
      return Math.ceil(((1 - this.#tokens) * 1000) / perSecond);
    this.#tokens -= 1;
    return 0;
  }
}
