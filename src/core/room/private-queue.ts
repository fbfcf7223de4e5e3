// Private queue: private messages leave a room at once while they are few, and many to a call when they are frequent.
import type { Calls, OnReply } from "../shared/calls.ts";
import { isDue } from "../shared/deadline.ts";
import type { Post } from "../shared/directory-requests.ts";
import type { Schedule, ScheduleEntry } from "../shared/schedule.ts";

/** The shortest wait for others, in ms: what follows an ack needs about as long. */
const WAIT_MIN_MS = 2;
/** The weight of a new figure in an average. */
const WEIGHT = 0.25;

interface Item {
  readonly op: Post;
  readonly done: OnReply;
}

/** The messages to one name. */
interface NameQueue {
  readonly key: string;
  /** In the order of arrival. */
  waiting: Item[];
  /** Messages of the newest call, and how many of them have no answer yet. */
  called: number;
  open: number;
  /** When that call was made, and when it was answered, ms since 1970. */
  at: number;
  /**
   * So many messages are expected to come together: as many as one call has just
   * had, and those that waited for its answer. 0: none are.
   */
  expected: number;
  /** Until then a message waits for those that are expected; null: none waits. */
  heldUntil: number | null;
}

export class PrivateQueue {
  readonly #calls: Calls;
  readonly #ceilingMs: number;
  /** By key: names with messages that wait or were called, or that are expected. */
  readonly #queues = new Map<string, NameQueue>();
  /** Names whose messages may be able to leave. */
  readonly #changed = new Set<NameQueue>();
  /** Names of which messages are expected and none is here, as they were answered. */
  readonly #quiet = new Set<NameQueue>();
  /** Names whose messages wait for those that are expected. */
  readonly #held = new Set<NameQueue>();
  /** How long a call takes here at present, in ms. */
  #callMs = 0;
  readonly #next: ScheduleEntry;

  /** @param ceilingMs the longest time that a message waits for others */
  constructor(calls: Calls, schedule: Schedule, ceilingMs: number) {
    this.#calls = calls;
    this.#ceilingMs = ceilingMs;
    this.#next = schedule.add({
      ...{ name: "private messages", clock: "timer", delayMaxMs: ceilingMs },
      run: (now) => this.#releaseDue(now),
    });
  }

  /** Adds a message, which leaves by `flushIfAllowed` or later. */
  add(key: string, op: Post, done: OnReply): void {
    let queue = this.#queues.get(key);
    if (queue === undefined) {
      queue = {
        ...{ key, waiting: [], called: 0, open: 0, at: 0 },
        ...{ expected: 0, heldUntil: null },
      };
      this.#queues.set(key, queue);
    }
    queue.waiting.push({ op, done });
    this.#quiet.delete(queue);
    this.#changed.add(queue);
  }

  /** Posts the messages for which waiting saves nothing; the others wait. */
  flushIfAllowed(now: number): void {
    if (this.#changed.size === 0) return;
    for (const queue of this.#changed) this.#releaseOrHold(queue, now);
    this.#changed.clear();
    if (this.#held.size === 0) this.#next.dueAt = null;
  }

  #releaseOrHold(queue: NameQueue, now: number): void {
    const { waiting, open, expected, at } = queue;
    if (waiting.length === 0 || open > 0) return;
    const isFull = waiting.length >= expected;
    if (isFull || isDue(at + this.#ceilingMs, now, this.#ceilingMs)) {
      this.#release(queue, now);
      return;
    }
    if (queue.heldUntil !== null) return;
    const wait = Math.max(WAIT_MIN_MS, Math.ceil(this.#callMs));
    queue.heldUntil = now + Math.min(this.#ceilingMs, wait);
    this.#held.add(queue);
    const { dueAt } = this.#next;
    this.#next.dueAt = Math.min(dueAt ?? queue.heldUntil, queue.heldUntil);
  }

  #releaseDue(now: number): void {
    this.#next.dueAt = null;
    let next = Infinity;
    for (const queue of this.#held)
      if (isDue(queue.heldUntil, now, this.#ceilingMs))
        this.#release(queue, now);
      else next = Math.min(next, queue.heldUntil ?? next);
    if (this.#held.size > 0) this.#next.dueAt = next;
  }

  #release(queue: NameQueue, now: number): void {
    const { key, waiting } = queue;
    queue.waiting = [];
    queue.called = waiting.length;
    queue.open = waiting.length;
    queue.at = now;
    queue.heldUntil = null;
    this.#held.delete(queue);
    for (const { op, done } of waiting)
      this.#calls.add({ kind: "directory", name: key }, op, (reply, then) => {
        done(reply, then);
        queue.open--;
        if (queue.open === 0) this.#answered(queue, then);
      });
  }

  #answered(queue: NameQueue, now: number): void {
    const took = Math.max(0, Math.min(now - queue.at, this.#ceilingMs));
    this.#callMs += (took - this.#callMs) * WEIGHT;
    queue.at = now;
    // One ack brings one message at most, for which nobody has to wait.
    const isBurst = queue.called > 1;
    queue.expected = isBurst ? queue.called + queue.waiting.length : 0;
    if (queue.waiting.length > 0) this.#changed.add(queue);
    else if (isBurst) this.#quiet.add(queue);
    else this.#queues.delete(queue.key);
    this.#forgetQuiet(now);
  }

  /** Forgets the names of which nothing is expected any more. */
  #forgetQuiet(now: number): void {
    for (const queue of this.#quiet) {
      if (!isDue(queue.at + this.#ceilingMs, now, this.#ceilingMs)) return;
      this.#quiet.delete(queue);
      this.#queues.delete(queue.key);
    }
  }
}
