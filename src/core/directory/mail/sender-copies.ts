// Sender copies: a directory sends each sender copies of the messages to its owner, in order, and retries until they have arrived.
import type { Calls } from "../../shared/calls.ts";
import { isDue } from "../../shared/deadline.ts";
import { ReliableCall, ReliableCalls } from "../../shared/reliable-calls.ts";
import type { Copy, CopySource, OnlyConnectionHint } from "../../shared/rpc.ts";
import type { Schedule, ScheduleEntry } from "../../shared/schedule.ts";
import type { StoredMail } from "./mailbox.ts";

/** A copy that did not arrive is sent again at the safety alarm. */
const POLICY = {
  attemptsMax: Number.POSITIVE_INFINITY,
  retryDelayMs: null,
  retryDelayMaxMs: 0,
  safetyMs: 30_000,
};
/**
 * A copy for a user without another connection waits so long for more copies, in
 * ms: each call costs the sender's object a commit.
 */
const UNWATCHED_DELAY_MS = 1000;
/** Fewer copies than a call may have, so that they are in one call. */
const COPIES_PER_CALL_MAX = 128;

interface PendingCopy {
  readonly stored: StoredMail;
  readonly source: CopySource;
  readonly onlyConnection: OnlyConnectionHint | undefined;
}

/**
 * The copies for one sender. A copy is sent after all earlier ones have arrived:
 * the sender's mailbox knows by the number of the newest copy which it has.
 */
class CopyQueue extends ReliableCall {
  readonly waiting: PendingCopy[] = [];
  /** The copies that wait are sent when those in flight have arrived. */
  isReleased = false;

  constructor(fromKey: string) {
    super({ kind: "directory", name: fromKey });
  }
}

export class SenderCopies {
  readonly #calls: ReliableCalls<CopyQueue>;
  readonly #intervalMs: number;
  readonly #onEmpty: () => void;
  /** Queues by the key of the sender's name. */
  readonly #queues = new Map<string, CopyQueue>();
  /** Sends the copies that wait for more. */
  readonly #sending: ScheduleEntry;
  #sentAt = Number.NEGATIVE_INFINITY;

  /**
   * @param intervalMs between two calls, if the sender may have other
   * connections
   */
  constructor(
    calls: Calls,
    schedule: Schedule,
    intervalMs: number,
    onEmpty: () => void,
  ) {
    this.#calls = new ReliableCalls({
      ...{ calls, schedule, name: "copy retries", clock: "alarm" },
      policy: POLICY,
      handler: {
        begin: beginCall,
        op: copyOp,
        failed: ({ waiting, succeededOps }) => waiting.splice(0, succeededOps),
        done: (queue, _, now) => this.#arrived(queue, now),
      },
    });
    this.#sending = schedule.add({
      ...{ name: "copies", clock: "timer", delayMaxMs: UNWATCHED_DELAY_MS },
      run: (now) => this.#release(now),
    });
    this.#intervalMs = intervalMs;
    this.#onEmpty = onEmpty;
  }

  get isEmpty(): boolean {
    return this.#queues.size === 0;
  }

  /** When the copies that wait for more are sent, ms since 1970. */
  get dueAt(): number | null {
    return this.#sending.dueAt;
  }

  /**
   * Sends a copy at once while copies are few, and many in one call when they are
   * not.
   *
   * @param source the original: its numbers rise within a claim
   * @param onlyConnection the sender's connection, if the room knows no other one
   */
  send(
    stored: StoredMail,
    source: CopySource,
    now: number,
    onlyConnection?: OnlyConnectionHint,
  ): void {
    const { fromKey } = stored;
    if (fromKey === null) return;
    let queue = this.#queues.get(fromKey);
    if (queue === undefined) {
      queue = new CopyQueue(fromKey);
      this.#queues.set(fromKey, queue);
      this.#calls.hold(queue, now);
    }
    queue.waiting.push({ stored, source, onlyConnection });
    const interval =
      onlyConnection === undefined ? this.#intervalMs : UNWATCHED_DELAY_MS;
    const at = this.#sentAt + interval;
    if (isDue(at, now, interval)) this.#release(now);
    else this.#sending.dueAt = Math.min(this.dueAt ?? at, at);
  }

  #release(now: number): void {
    this.#sending.dueAt = null;
    this.#sentAt = now;
    for (const queue of this.#queues.values()) this.#sendNext(queue, now);
  }

  #sendNext(queue: CopyQueue, now: number): void {
    queue.isReleased = true;
    if (!queue.isPending) this.#calls.send(queue, now);
  }

  #arrived(queue: CopyQueue, now: number): void {
    queue.waiting.splice(0, queue.succeededOps);
    if (queue.waiting.length === 0) {
      this.#queues.delete(queue.to.name);
      if (this.isEmpty) this.#onEmpty();
    } else if (queue.isReleased) this.#sendNext(queue, now);
    else this.#calls.hold(queue, now);
  }
}

function beginCall(queue: CopyQueue): number {
  const count = Math.min(queue.waiting.length, COPIES_PER_CALL_MAX);
  queue.isReleased = count < queue.waiting.length;
  return count;
}

function copyOp({ waiting }: CopyQueue, index: number): Copy {
  const item = waiting[index];
  if (item === undefined) throw new Error("A copy in flight is not waiting.");
  const { stored, source, onlyConnection } = item;
  const { message: letter, origin } = stored;
  return {
    ...{ type: "copy", letter, origin, source },
    ...(onlyConnection !== undefined && { sole: onlyConnection }),
  };
}
