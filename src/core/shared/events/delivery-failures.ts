// Delivery failures: an endpoint that fails is asked again after waits that grow, and a webhook's state outlives a sleep in a row.
import type { Sql } from "../contract.ts";
import { DAY_MS } from "../deadline.ts";
import type { EndpointState } from "../endpoint-requests.ts";
import { Schema, type StoredTables, unrecorded } from "../schema.ts";
import { FAILURE_TABLES } from "./delivery-tables.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How an endpoint is asked again. */
export interface RetryPolicy {
  /** @returns the wait after so many failures before this one, ms */
  waitAfter(failures: number): number;
  /** The longest wait that the endpoint may ask for, ms. */
  readonly waitMaxMs: number;
  /** After failures for so long the events until then are given up, ms. */
  readonly giveUpMs: number;
  /** The state outlives a sleep and a crash. */
  readonly isStored: boolean;
  /** A repeat has the same events, so that it can have the same id. */
  readonly keepsBatch: boolean;
}

/** The app's own hook: each wait is twice the one before, up to five minutes. */
export const HOOK_RETRIES: RetryPolicy = {
  waitAfter: (failures) => Math.min(SECOND_MS * 2 ** failures, 5 * MINUTE_MS),
  waitMaxMs: HOUR_MS,
  giveUpMs: Number.POSITIVE_INFINITY,
  ...{ isStored: false, keepsBatch: false },
};

/** The schedule of Standard Webhooks 1.0, after the first attempt. */
const WEBHOOK_WAITS = [
  ...[5 * SECOND_MS, 5 * MINUTE_MS, 30 * MINUTE_MS],
  ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR_MS),
];
/** Up to so much of a wait is added, so that rooms do not come all at once. */
const JITTER = 0.1;

/** @param draw a number from 0 to 1, which differs between rooms */
export function webhookRetries(
  draw: (failures: number) => number,
): RetryPolicy {
  return {
    waitAfter: (failures) => {
      const wait = WEBHOOK_WAITS[failures] ?? DAY_MS;
      return Math.round(wait * (1 + JITTER * draw(failures)));
    },
    waitMaxMs: (1 + JITTER) * DAY_MS,
    giveUpMs: 75 * HOUR_MS,
    ...{ isStored: true, keepsBatch: true },
  };
}

/** A shorter wait is by a timer, and needs no row. */
const STORED_WAIT_MS = 10_000;

interface State {
  /** Attempts in a row that have failed. */
  readonly count: number;
  /** So many of them were before the newest replay, which begins the waits anew. */
  readonly countBefore: number;
  /** When the first of them failed, ms since 1970. */
  readonly since: number;
  /** No attempt is made before this time, ms since 1970. */
  readonly retryAt: number;
  /** The newest event of the batch, which is the same over its attempts. */
  readonly to: { readonly epoch: string; readonly seq: number } | null;
  /** All events until the next attempt are left out, as a gap. */
  readonly hasGivenUp: boolean;
  /** The endpoint wants nothing any more. */
  readonly isGone: boolean;
}

const NONE: State = {
  ...{ count: 0, countBefore: 0, since: 0, retryAt: 0, to: null },
  ...{ hasGivenUp: false, isGone: false },
};

export interface DeliveryFailuresOptions {
  readonly sql: Sql;
  readonly room: string;
  readonly endpoint: string;
  readonly policy: RetryPolicy;
  /** The tables that the database has. */
  readonly tables: StoredTables;
}

export class DeliveryFailures {
  readonly #options: DeliveryFailuresOptions;
  readonly #schema: Schema | null;
  #state = NONE;
  #isStored = false;

  /** Only reads. */
  constructor(options: DeliveryFailuresOptions) {
    this.#options = options;
    const { sql, policy, tables } = options;
    this.#schema = policy.isStored
      ? new Schema({
          ...{ sql, tables, part: "delivery failures" },
          migrations: FAILURE_TABLES,
          unrecorded: unrecorded("delivery_failure", FAILURE_TABLES),
        })
      : null;
    if (this.#schema?.exists) this.#read();
  }

  get policy(): RetryPolicy {
    return this.#options.policy;
  }

  /** No attempt is made before this time, ms since 1970; null: none has failed. */
  get retryAt(): number | null {
    return this.#state.count === 0 ? null : this.#state.retryAt;
  }

  /** The state as the admin reads it. */
  get summary(): Omit<EndpointState, "name" | "position" | "lag"> {
    const { count: failures, since, retryAt, isGone } = this.#state;
    if (failures === 0) return { failures, isGone };
    // A replay has ended the wait: the attempt is on its way.
    const next = retryAt === 0 ? {} : { retryAt };
    return { failures, failingSince: since, ...next, isGone };
  }

  get hasGivenUp(): boolean {
    return this.#state.hasGivenUp;
  }

  /** The endpoint wants nothing any more. */
  get isGone(): boolean {
    return this.#state.isGone;
  }

  /** @returns the newest event of the batch that failed, if it is of this log */
  batchEnd(epoch: string): number | null {
    const { to } = this.#state;
    return to?.epoch === epoch ? to.seq : null;
  }

  /**
   * @param to null: no event of the log was in the batch
   * @param asked the wait that the endpoint asks for, ms
   */
  failed(to: State["to"], asked: number, now: number): void {
    const { policy } = this.#options;
    const { count, countBefore, hasGivenUp } = this.#state;
    // A clock that was set back does not prolong the time.
    const since = count === 0 ? now : Math.min(this.#state.since, now);
    const scheduled = policy.waitAfter(count - countBefore);
    const wait = Math.min(Math.max(scheduled, asked), policy.waitMaxMs);
    const mustGiveUp = now - since >= policy.giveUpMs;
    this.#set({
      ...{ count: count + 1, countBefore, since, retryAt: now + wait },
      isGone: false,
      to: policy.keepsBatch ? (to ?? this.#state.to) : null,
      hasGivenUp: hasGivenUp || mustGiveUp,
    });
  }

  /** The endpoint wants nothing any more, for good. */
  gone(): void {
    this.#set({ ...NONE, isGone: true });
  }

  /**
   * The endpoint is asked now, and by the schedule from its start. How long it
   * has failed stays as it is, so that it is given up at the same time.
   */
  retryNow(): void {
    const { count, since } = this.#state;
    if (this.#state === NONE) return;
    this.#set({ ...NONE, ...{ count, countBefore: count, since } });
  }

  /** It counts as new. */
  forget(): void {
    this.#set(NONE);
  }

  succeeded(): void {
    if (this.#state.count > 0) this.#set(NONE);
  }

  #set(state: State): void {
    this.#state = state;
    if (this.#schema === null) return;
    const { sql, room, endpoint, policy } = this.#options;
    const isLong =
      state.count > 0 && policy.waitAfter(state.count - 1) > STORED_WAIT_MS;
    if (state.isGone || isLong) {
      this.#schema.create();
      sql.exec(
        "INSERT OR REPLACE INTO delivery_failure VALUES (?, ?, ?)",
        ...[room, endpoint, JSON.stringify(state)],
      );
      this.#isStored = true;
    } else if (this.#isStored) {
      sql.exec(
        "DELETE FROM delivery_failure WHERE room = ? AND endpoint = ?",
        ...[room, endpoint],
      );
      this.#isStored = false;
    }
  }

  #read(): void {
    const { sql, room, endpoint } = this.#options;
    const [row] = sql.exec(
      "SELECT state FROM delivery_failure WHERE room = ? AND endpoint = ?",
      ...[room, endpoint],
    );
    if (row === undefined) return;
    // A newer release may have more fields.
    this.#state = { ...NONE, ...JSON.parse(String(row.state)) };
    this.#isStored = true;
  }
}
