// Key rates: each server key has a rate limit for messages, and is told what is left of it in the fields RateLimit.
import { type Rate, TokenBucket } from "../core/shared/token-bucket.ts";

/** A key's place in its limit. */
export interface RateState {
  /** Ms to wait; 0: the message is within the rate. */
  readonly retryAfter: number;
  /** Header fields for the response; empty: there is no limit. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Keys counted at once. One more replaces the one that was counted first. */
const KEYS_MAX = 10_000;

export class KeyRates {
  readonly #rate: Rate;
  readonly #buckets = new Map<string, TokenBucket>();

  /** @param rate `perSecond` 0: no limit */
  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /** Counts one message of a key. */
  take(id: string, now: number): RateState {
    const { burst, perSecond } = this.#rate;
    if (perSecond === 0) return { retryAfter: 0, headers: {} };
    const bucket = this.#bucketOf(id, now);
    const retryAfter = bucket.take(this.#rate, now);
    const left = bucket.remaining;
    return {
      retryAfter,
      headers: {
        "RateLimit-Limit": String(burst),
        "RateLimit-Remaining": String(Math.floor(left)),
        // Seconds until the whole burst is there again.
        "RateLimit-Reset": String(Math.ceil((burst - left) / perSecond)),
      },
    };
  }

  #bucketOf(id: string, now: number): TokenBucket {
    const known = this.#buckets.get(id);
    if (known !== undefined) return known;
    const bucket = new TokenBucket(this.#rate, now);
    this.#buckets.set(id, bucket);
    for (const first of this.#buckets.keys()) {
      if (this.#buckets.size <= KEYS_MAX) break;
      this.#buckets.delete(first);
    }
    return bucket;
  }
}
