// Sender copies: a directory sends each sender copies of the messages to its owner, in order, and retries until they have arrived.
import type { Calls } from "../../shared/calls.ts";
import { isDue } from "../../shared/deadline.ts";
import type { Copy } from "../../shared/directory-requests.ts";
import type {
  CopySource,
  OnlyConnectionHint,
} from "../../shared/mail-records.ts";
import { ReliableCall, ReliableCalls } from "../../shared/reliable-calls.ts";
import type { Reply } from "../../shared/rpc.ts";
import type { Schedule, ScheduleEntry } from "../../shared/schedule.ts";
import type { StoredMail } from "./stored-mail.ts";

/** A copy that did not arrive is sent again at the safety alarm. */
const POLICY = {
  attemptsMax: Number.POSITIVE_INFINITY,
  retryDelayMs: null,
  retryDelayMaxMs: 0,
  safetyMs: 30_000,
};
/**
 * A copy for a user without another connection may wait for more copies, since
 * each call costs the sender's object a commit. A timer is billed by its time, so
 * only copies that come fast wait long: a few wait up to a second after the last
 * call, many for five seconds. After many the first one waits for others, too.
 */
const FEW_DELAY_MS = 1000;
const MANY_DELAY_MS = 5000;
const FIRST_DELAY_MS = 500;
const MANY_COPIES = 3;
/** So many senders are remembered with what is known of their connections. */
const KNOWN_SENDERS_MAX = 256;
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
  /**
   * By the key of a sender's name: had they other connections at the newest copy?
   * A room knows those in the room, and the sender's directory knows all.
   */
  readonly #isWatched = new Map<string, boolean>();
  /** Sends the copies that wait for more. */
  readonly #sending: ScheduleEntry;
  #sentAt = Number.NEGATIVE_INFINITY;
  /** How many copies wait to be sent, and since when. */
  #waitingCount = 0;
  #waitingSince = 0;
  /** One of them may be for other connections. */
  #isUrgent = false;
  /** Many copies were sent last time. */
  #wasMany = false;

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
        done: (queue, reply, now) => this.#arrived(queue, reply, now),
      },
    });
    this.#sending = schedule.add({
      ...{ name: "copies", clock: "timer" },
      delayMaxMs: MANY_DELAY_MS,
      run: (now) => this.#releaseDue(now),
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
   * not. The copy is owed durably: the claim's cursor passes it only when it has
   * arrived.
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
    if (this.#waitingCount++ === 0) this.#waitingSince = now;
    const isWatched =
      onlyConnection === undefined ? true : this.#isWatched.get(fromKey);
    this.#isUrgent ||= isWatched !== false;
    const interval = isWatched === true ? this.#intervalMs : FEW_DELAY_MS;
    const next = this.#sentAt + interval;
    const mayWait = isWatched === false && this.#wasMany;
    const at = mayWait ? Math.max(next, now + FIRST_DELAY_MS) : next;
    if (isDue(at, now, interval)) this.#releaseDue(now);
    else if (mayWait) this.#sending.dueAt ??= at;
    else this.#sending.dueAt = Math.min(this.dueAt ?? at, at);
  }

  /** Sends the copies that wait, unless so many came that it pays to wait on. */
  #releaseDue(now: number): void {
    const count = this.#waitingCount;
    const delay =
      count >= MANY_COPIES ? MANY_DELAY_MS : count > 1 ? FEW_DELAY_MS : 0;
    const end = this.#waitingSince + delay;
    if (this.#isUrgent || isDue(end, now, delay)) this.#release(now);
    else this.#sending.dueAt = end;
  }

  #release(now: number): void {
    this.#sending.dueAt = null;
    this.#sentAt = now;
    this.#wasMany = this.#waitingCount >= MANY_COPIES;
    this.#waitingCount = 0;
    this.#isUrgent = false;
    for (const queue of this.#queues.values()) this.#sendNext(queue, now);
  }

  #sendNext(queue: CopyQueue, now: number): void {
    queue.isReleased = true;
    if (!queue.isPending) this.#calls.send(queue, now);
  }

  #arrived(queue: CopyQueue, reply: Reply | null, now: number): void {
    queue.waiting.splice(0, queue.succeededOps);
    this.#noteWatched(queue.to.name, reply);
    if (queue.waiting.length === 0) {
      this.#queues.delete(queue.to.name);
      if (this.isEmpty) this.#onEmpty();
    } else if (queue.isReleased) this.#sendNext(queue, now);
    else this.#calls.hold(queue, now);
  }

  #noteWatched(fromKey: string, reply: Reply | null): void {
    this.#isWatched.delete(fromKey);
    if (reply?.type !== "done" || reply.isWatched === undefined) return;
    this.#isWatched.set(fromKey, reply.isWatched);
    const [oldest] = this.#isWatched.keys();
    if (oldest !== undefined && this.#isWatched.size > KNOWN_SENDERS_MAX)
      this.#isWatched.delete(oldest);
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
