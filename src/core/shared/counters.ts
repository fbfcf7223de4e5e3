// Counters: a room or directory counts its work in plain numbers, which its host reads for its metrics.
import { ERRORS, type ErrorCode } from "../../protocol/errors.ts";

/** Counts durations, ms, by their size. */
export class Histogram {
  /** Upper bounds, ms, in order. */
  readonly bounds: readonly number[];
  /** How many were up to each bound and above the one before; the last has no bound. */
  readonly counts: number[];
  /** The sum of all, ms. */
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = [...bounds, 0].map(() => 0);
  }

  get count(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  observe(ms: number): void {
    const { bounds, counts } = this;
    let at = 0;
    // A clock that was set back counts as no time.
    while (at < bounds.length && ms > (bounds[at] ?? 0)) at++;
    counts[at] = (counts[at] ?? 0) + 1;
    this.sum += Math.max(0, ms);
  }
}

/** Around `FLUSH_CEILING_MS`, which is 100 by default. */
const FLUSH_WAITS_MS = [0, 5, 10, 20, 50, 100, 200, 500];

/** All only rise. They are lost with the memory. */
export class Counters {
  /** Events that were stored in rooms, of every kind. */
  events = 0;
  /** Messages that rooms have accepted. */
  messages = 0;
  /** Private messages that were stored for their addressee. */
  privates = 0;
  /** Events and private messages that were sent, once for each connection. */
  deliveries = 0;
  /** How long the oldest entry of a flush has waited for it. */
  readonly flushWait = new Histogram(FLUSH_WAITS_MS);
  /** Errors that were sent to connections. */
  readonly refusals = Object.fromEntries(
    Object.keys(ERRORS).map((code) => [code, 0]),
  ) as Record<ErrorCode, number>;
}

/** Nobody reads these: where there are no metrics, no room has counters of its own. */
export const UNREAD_COUNTERS = new Counters();
