// Copies of mail for those who sent it: to each sender in order, until each is in its sender's own mail.
import type { Calls } from "../../shared/calls.ts";
import { isDue } from "../../shared/deadline.ts";
import type { CopySource, OnlyConnectionHint } from "../../shared/rpc.ts";
import type { StoredMail } from "./mailbox.ts";

/** An alarm this much later sees to it that a crash forgets none, in ms. */
const SAFETY_MS = 30_000;
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
interface CopyQueue {
  readonly fromKey: string;
  readonly waiting: PendingCopy[];
  /** The first so many are on their way. */
  inFlight: number;
  /** Goes on when what is flying has arrived. */
  isReleased: boolean;
  /** A call failed: nothing is sent before `retryAt`. */
  hasFailed: boolean;
  /** By then the alarm sees to it that they arrive, ms since 1970. */
  retryAt: number;
}

export class SenderCopies {
  readonly #calls: Calls;
  readonly #gap: number;
  readonly #onEmpty: () => void;
  /** By the key of the sender's name. */
  readonly #queues = new Map<string, CopyQueue>();
  /** When those go out that wait for more. */
  #dueAt: number | null = null;
  #sentAt = Number.NEGATIVE_INFINITY;

  /** @param gap ms between two sendings, where another connection may look on */
  constructor(calls: Calls, gap: number, onEmpty: () => void) {
    this.#calls = calls;
    this.#gap = gap;
    this.#onEmpty = onEmpty;
  }

  get isEmpty(): boolean {
    return this.#queues.size === 0;
  }

  /** When those go out that wait for more, ms since 1970. */
  get dueAt(): number | null {
    return this.#dueAt;
  }

  /** When some are to be tried again, ms since 1970. */
  get retryAt(): number | null {
    let next: number | null = null;
    for (const { retryAt } of this.#queues.values())
      if (next === null || retryAt < next) next = retryAt;
    return next;
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
    const queue = this.#queues.get(fromKey) ?? {
      ...{ fromKey, waiting: [], inFlight: 0 },
      ...{ isReleased: false, hasFailed: false, retryAt: now + SAFETY_MS },
    };
    this.#queues.set(fromKey, queue);
    queue.waiting.push({ stored, source, sole });
    const gap = sole === undefined ? this.#gap : UNSEEN_MS;
    const at = this.#sentAt + gap;
    if (isDue(at, now, gap)) this.#release(now);
    else this.#dueAt = Math.min(this.#dueAt ?? at, at);
  }

  due(now: number): void {
    for (const queue of this.#queues.values()) {
      if (queue.retryAt > now) continue;
      queue.retryAt = now + SAFETY_MS;
      queue.hasFailed = false;
      this.#sendNext(queue, now);
    }
    if (isDue(this.#dueAt, now, UNSEEN_MS)) this.#release(now);
  }

  #release(now: number): void {
    this.#dueAt = null;
    this.#sentAt = now;
    for (const queue of this.#queues.values()) this.#sendNext(queue, now);
  }

  #sendNext(queue: CopyQueue, now: number): void {
    queue.isReleased = true;
    if (queue.inFlight > 0 || queue.hasFailed) return;
    const items = queue.waiting.slice(0, CALL_MAX);
    queue.inFlight = items.length;
    queue.isReleased = items.length < queue.waiting.length;
    queue.retryAt = now + SAFETY_MS;
    let [arrived, answered] = [0, 0];
    for (const { stored, source, sole } of items)
      this.#calls.add(
        { kind: "directory", name: queue.fromKey },
        {
          ...{
            type: "copy",
            letter: stored.letter,
            origin: stored.origin,
            source,
          },
          ...(sole !== undefined && { sole }),
        },
        (reply, then) => {
          if (reply !== null && arrived === answered) arrived++;
          answered++;
          if (answered === items.length) this.#answered(queue, arrived, then);
        },
      );
  }

  /** @param arrived so many of the first are in their sender's mail */
  #answered(queue: CopyQueue, arrived: number, now: number): void {
    queue.hasFailed = arrived < queue.inFlight;
    queue.inFlight = 0;
    queue.waiting.splice(0, arrived);
    if (queue.waiting.length === 0) {
      this.#queues.delete(queue.fromKey);
      if (this.isEmpty) this.#onEmpty();
    } else if (queue.isReleased) this.#sendNext(queue, now);
  }
}
