// Connect limiter: counts how many connections a network opens in a minute.
import { networkOf } from "./ip-network.ts";

const MINUTE_MS = 60_000;
/** Networks counted at once. Further ones are not limited. */
const NETWORKS_MAX = 10_000;

export class ConnectLimiter {
  readonly #perMinute: number;
  readonly #counts = new Map<string, number>();
  #until = 0;

  /** @param perMinute 0: no limit */
  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  get isOff(): boolean {
    return this.#perMinute === 0;
  }

  /**
   * Counts one connection.
   *
   * @returns ms to wait if there are too many, else 0
   */
  take(address: string, now: number): number {
    if (this.isOff) return 0;
    // The second half covers a clock that was set back.
    if (now >= this.#until || now < this.#until - MINUTE_MS) {
      this.#counts.clear();
      this.#until = now + MINUTE_MS;
    }
    const network = networkOf(address);
    const count = (this.#counts.get(network) ?? 0) + 1;
    if (count > this.#perMinute) return this.#until - now;
    if (count > 1 || this.#counts.size < NETWORKS_MAX)
      this.#counts.set(network, count);
    return 0;
  }
}
