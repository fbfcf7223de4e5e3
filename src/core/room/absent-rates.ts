// Absent rates: people who publish without being in the room have a rate limit each, as members have.
import { type Rate, TokenBucket } from "../shared/token-bucket.ts";

/** People counted at once. One more replaces the one who was counted first. */
const PEOPLE_MAX = 1000;

export class AbsentRates {
  readonly #rate: Rate;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /** @returns 0, or the ms to wait until the identity may publish */
  take(identity: string, now: number): number {
    let bucket = this.#buckets.get(identity);
    if (bucket === undefined) {
      bucket = new TokenBucket(this.#rate, now);
      this.#buckets.set(identity, bucket);
      for (const first of this.#buckets.keys()) {
        if (this.#buckets.size <= PEOPLE_MAX) break;
        this.#buckets.delete(first);
      }
    }
    return bucket.take(this.#rate, now);
  }
}
