// Copies of mail for those who sent it: to each sender in order, until each is in its sender's own mail.
import type { Calls } from "../../shared/calls.ts";
import { isDue } from "../../shared/deadline.ts";
import { ReliableCall, ReliableCalls } from "../../shared/reliable-calls.ts";
import type { Copy, CopySource, OnlyConnectionHint } from "../../shared/rpc.ts";
import type { Schedule, ScheduleEntry } from "../../shared/schedule.ts";
import type { StoredMail } from "./mailbox.ts";

/** A copy that did not arrive is sent again by the safety alarm. */
const POLICY = {
  attemptsMax: Number.POSITIVE_INFINITY,
  retryDelayMs: null,
  retryDelayMaxMs: 0,
  safetyMs: 30_000,
};
/**
 * So long a copy may wait for others that nobody is known to wait for, in ms:
 * each call for one costs its sender's object a commit of its own.
 */
const UNSEEN_MS = 1000;
/** Copies in one call: less than a call may have, so that it is one. */
const CALL_MAX = 128;

interface PendingCopy {
  readonly stored: StoredMail;
  readonly source: CopySource;
  readonly sole: OnlyConnectionHint | undefined;
}

/**
 * The copies for one sender. None is sent before those ahead of it are known
 * to have arrived: the sender's mailbox tells by the number of the newest that
 * one which comes again is there already.
 */
class CopyQueue extends ReliableCall {
  readonly waiting: PendingCopy[] = [];
  /** Goes on when the copies in flight have arrived. */
  isReleased = false;

  constructor(fromKey: string) {
    super({ kind: "directory", name: fromKey });
  }
}

export class SenderCopies {
  readonly #calls: ReliableCalls<CopyQueue>;
  readonly #gap: number;
  readonly #onEmpty: () => void;
  /** By the key of the sender's name. */
  readonly #queues = new Map<string, CopyQueue>();
  /** Sends those that wait for more. */
  readonly #sending: ScheduleEntry;
  #sentAt = Number.NEGATIVE_INFINITY;

  /** @param gap ms between two sendings, where another connection may look on */
  constructor(
    calls: Calls,
    schedule: Schedule,
    gap: number,
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
      ...{ name: "copies", clock: "timer", delayMaxMs: UNSEEN_MS },
      run: (now) => this.#release(now),
    });
    this.#gap = gap;
    this.#onEmpty = onEmpty;
  }

  get isEmpty(): boolean {
    return this.#queues.size === 0;
  }

  /** When those go out that wait for more, ms since 1970. */
  get dueAt(): number | null {
    return this.#sending.dueAt;
  }

  /**
   * At once while they are few, many to a call when they are not.
   *
   * @param source where it comes from: numbers rise within a claim
   * @param sole the connection it came by, if that room knows of no other
   */
  send(
    stored: StoredMail,
    source: CopySource,
    now: number,
    sole?: OnlyConnectionHint,
  ): void {
    const { fromKey } = stored;
    if (fromKey === null) return;
    let queue = this.#queues.get(fromKey);
    if (queue === undefined) {
      queue = new CopyQueue(fromKey);
      this.#queues.set(fromKey, queue);
      this.#calls.hold(queue, now);
    }
    queue.waiting.push({ stored, source, sole });
    const gap = sole === undefined ? this.#gap : UNSEEN_MS;
    const at = this.#sentAt + gap;
    if (isDue(at, now, gap)) this.#release(now);
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
  const count = Math.min(queue.waiting.length, CALL_MAX);
  queue.isReleased = count < queue.waiting.length;
  return count;
}

function copyOp({ waiting }: CopyQueue, index: number): Copy {
  const item = waiting[index];
  if (item === undefined) throw new Error("A copy in flight is not waiting.");
  const { stored, source, sole } = item;
  const { letter, origin } = stored;
  return {
    ...{ type: "copy", letter, origin, source },
    ...(sole !== undefined && { sole }),
  };
}
