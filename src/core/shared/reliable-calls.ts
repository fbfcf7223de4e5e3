// Reliable calls: a call to another object is retried after a growing delay until it succeeds.
import type { Calls, OnReply } from "./calls.ts";
import type { Callee, Clock } from "./contract.ts";
import { isDue } from "./deadline.ts";
import type { Op, Reply } from "./rpc.ts";
import { type Schedule, ScheduleEntry } from "./schedule.ts";

export interface RetryPolicy {
  /** After so many failed attempts the call is given up; Infinity: never. */
  readonly attemptsMax: number;
  /**
   * The delay between the first failure and the next attempt, in ms. Each further
   * failure doubles it. null: the next attempt waits for the safety alarm.
   */
  readonly retryDelayMs: number | null;
  readonly retryDelayMaxMs: number;
  /**
   * So long after an attempt began the safety alarm is due, in ms, so that a crash
   * forgets no call. null: there is no safety alarm.
   */
  readonly safetyMs: number | null;
}

/**
 * A call is not wanted, waits for `send`, is in flight, or waits for a retry.
 */
type CallState = "idle" | "held" | "inFlight" | "failed";

/**
 * A call and the state of its attempts. A subclass has the data for its ops.
 */
export class ReliableCall {
  readonly to: Callee;
  /** A newer call with the same key replaces this one; null: none does. */
  readonly key: string | null;
  state: CallState = "idle";
  /** When the retry or the safety alarm is due, ms since 1970. */
  dueAt: number | null = null;
  /** How many attempts in a row have failed. */
  failures = 0;
  /** How many ops the newest attempt has. */
  opCount = 0;
  /** How many of them have no answer yet. */
  openOps = 0;
  /** How many of them succeeded before the first that failed. */
  succeededOps = 0;

  constructor(to: Callee, key: string | null = null) {
    this.to = to;
    this.key = key;
  }

  /** Is an attempt in flight, or does it wait for a retry? */
  get isPending(): boolean {
    return this.state === "inFlight" || this.state === "failed";
  }
}

/** The part of the caller: one handler for all calls of a kind. */
export interface CallHandler<C extends ReliableCall> {
  /**
   * An attempt begins. Absent: each has one op.
   *
   * @returns how many ops it has; 0: none is needed any more
   */
  begin?(call: C): number;
  /**
   * Is called when the op leaves, so that it includes everything up to then.
   */
  op(call: C, index: number): Op;
  /** Does the reply say that the op succeeded? Absent: each reply does. */
  isSuccess?(reply: Reply): boolean;
  /** Does the attempt need its safety alarm? Absent: each does. */
  needsSafety?(call: C): boolean;
  /** An attempt has failed, and will be retried. */
  failed?(call: C, now: number): void;
  /**
   * The call is over. `reply` is of its last op; null: the call was given up.
   */
  done(call: C, reply: Reply | null, now: number): void;
}

export interface ReliableCallsOptions<C extends ReliableCall> {
  readonly calls: Calls;
  /** The schedule that runs the retries, under this name and by this clock. */
  readonly schedule: Schedule;
  readonly name: string;
  readonly clock: Clock;
  readonly policy: RetryPolicy;
  readonly handler: CallHandler<C>;
}

/** The calls that have been made, and are not over. */
interface OpenCalls<C extends ReliableCall> {
  readonly entry: ScheduleEntry;
  /** Calls with a key. */
  readonly byKey: Map<string, C>;
  /**
   * Calls with a time at which they are due; the entry is due at the earliest.
   */
  readonly timed: Set<C>;
}

export class ReliableCalls<C extends ReliableCall> {
  readonly #options: ReliableCallsOptions<C>;
  /** Made for the first call: most names never make one of a kind. */
  #open: OpenCalls<C> | null = null;
  #isClosed = false;

  constructor(options: ReliableCallsOptions<C>) {
    this.#options = options;
  }

  /** Makes the call now. */
  send(call: C, now: number): void {
    if (call.key !== null) this.#replace(call.key, call);
    this.#attempt(call, now);
  }

  /** The call will be made by `send`, or at the latest by its safety alarm. */
  hold(call: C, now: number): void {
    call.state = "held";
    const { safetyMs } = this.#options.policy;
    if (call.dueAt === null && safetyMs !== null)
      this.#setDue(call, now + safetyMs);
  }

  /**
   * No call is retried any more; the handler still gets the replies of those in flight.
   */
  clear(): void {
    if (this.#open === null) return;
    const { entry, byKey, timed } = this.#open;
    byKey.clear();
    for (const call of timed) call.dueAt = null;
    timed.clear();
    entry.dueAt = null;
  }

  /** Neither these calls nor later ones are retried. */
  close(): void {
    this.#isClosed = true;
    if (this.#open !== null) this.#options.schedule.remove(this.#open.entry);
  }

  #opened(): OpenCalls<C> {
    this.#open ??= {
      entry: this.#createEntry(),
      byKey: new Map(),
      timed: new Set(),
    };
    return this.#open;
  }

  #createEntry(): ScheduleEntry {
    const { schedule, name, clock, policy } = this.#options;
    const entry = {
      ...{ name, clock },
      delayMaxMs: Math.max(policy.retryDelayMaxMs, policy.safetyMs ?? 0),
      run: (now: number) => this.#run(now),
    };
    return this.#isClosed ? new ScheduleEntry(entry) : schedule.add(entry);
  }

  /** Makes the calls that are due. */
  #run(now: number): void {
    const { entry, timed } = this.#opened();
    for (const call of timed) {
      if (!isDue(call.dueAt, now, entry.delayMaxMs)) continue;
      if (call.state === "inFlight")
        this.#setDue(call, now + (this.#options.policy.safetyMs ?? 0));
      else this.#attempt(call, now);
    }
  }

  /**
   * The older call is not retried; if it is in flight, it is still answered.
   */
  #replace(key: string, call: C): void {
    const { byKey } = this.#opened();
    const older = byKey.get(key);
    if (older !== undefined) this.#setDue(older, null);
    byKey.set(key, call);
  }

  #attempt(call: C, now: number): void {
    const { calls, handler, policy } = this.#options;
    const { safetyMs } = policy;
    const count = handler.begin?.(call) ?? 1;
    call.opCount = count;
    call.openOps = count;
    call.succeededOps = 0;
    if (count === 0) {
      call.state = "idle";
      this.#setDue(call, null);
      return;
    }
    call.state = "inFlight";
    const needsSafety =
      safetyMs !== null && (handler.needsSafety?.(call) ?? true);
    this.#setDue(call, needsSafety ? now + safetyMs : null);
    const onReply: OnReply = (reply, then) => this.#answered(call, reply, then);
    for (let i = 0; i < count; i++)
      calls.add(call.to, () => handler.op(call, i), onReply);
  }

  #answered(call: C, reply: Reply | null, now: number): void {
    const isSuccess =
      reply !== null && (this.#options.handler.isSuccess?.(reply) ?? true);
    if (isSuccess && call.succeededOps === call.opCount - call.openOps)
      call.succeededOps++;
    call.openOps--;
    if (call.openOps > 0) return;
    if (call.succeededOps === call.opCount) this.#over(call, reply, now);
    else this.#failed(call, now);
  }

  #failed(call: C, now: number): void {
    const { policy, handler } = this.#options;
    const { attemptsMax, retryDelayMs, retryDelayMaxMs } = policy;
    const delay = (retryDelayMs ?? 0) * 2 ** call.failures++;
    const isReplaced =
      call.key !== null && this.#opened().byKey.get(call.key) !== call;
    if (isReplaced || call.failures >= attemptsMax) {
      this.#over(call, null, now);
      return;
    }
    call.state = "failed";
    if (retryDelayMs !== null)
      this.#setDue(call, now + Math.min(delay, retryDelayMaxMs));
    handler.failed?.(call, now);
  }

  #over(call: C, reply: Reply | null, now: number): void {
    const { key } = call;
    if (key !== null) {
      const { byKey } = this.#opened();
      if (byKey.get(key) === call) byKey.delete(key);
    }
    call.state = "idle";
    call.failures = 0;
    this.#options.handler.done(call, reply, now);
    // The handler may have sent the call again, with its next ops.
    if (call.state === "idle") this.#setDue(call, null);
  }

  #setDue(call: C, at: number | null): void {
    const before = call.dueAt;
    if (at === before) return;
    call.dueAt = at;
    const { entry, timed } = this.#opened();
    if (at === null) timed.delete(call);
    else if (before === null) timed.add(call);
    const { dueAt } = entry;
    if (at !== null && (dueAt === null || at < dueAt)) entry.dueAt = at;
    else if (before === dueAt) entry.dueAt = earliestOf(timed);
  }
}

function earliestOf(timed: ReadonlySet<ReliableCall>): number | null {
  let earliest: number | null = null;
  for (const { dueAt } of timed)
    if (dueAt !== null && (earliest === null || dueAt < earliest))
      earliest = dueAt;
  return earliest;
}
