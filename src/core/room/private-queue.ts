// Private queue: private messages leave a room at once while they are few, and many to a call when they are frequent.
import type { Calls, OnReply } from "../shared/calls.ts";
import type { Post } from "../shared/directory-requests.ts";
import type { Schedule, ScheduleEntry } from "../shared/schedule.ts";
import { PRIVATE_COST } from "./flush-cost.ts";
import { FlushPacer } from "./flush-pacer.ts";

interface Item {
  readonly op: Post;
  readonly done: OnReply;
}

export class PrivateQueue {
  readonly #calls: Calls;
  readonly #pacer = new FlushPacer(PRIVATE_COST);
  /** Messages by the key of the addressee's name, in the order of arrival. */
  readonly #waiting = new Map<string, Item[]>();
  readonly #ceilingMs: number;
  readonly #nextFlush: ScheduleEntry;

  /** @param ceilingMs the longest time that a message waits */
  constructor(calls: Calls, schedule: Schedule, ceilingMs: number) {
    this.#calls = calls;
    this.#ceilingMs = ceilingMs;
    this.#nextFlush = schedule.add({
      ...{ name: "private messages", clock: "timer", delayMaxMs: ceilingMs },
      run: (now) => this.#flush(now),
    });
  }

  add(key: string, op: Post, done: OnReply): void {
    const before = this.#waiting.get(key);
    if (before === undefined) this.#waiting.set(key, [{ op, done }]);
    else before.push({ op, done });
  }

  /** Posts all messages that wait if the pacer allows it; otherwise they wait. */
  flushIfAllowed(now: number): void {
    if (this.#waiting.size === 0) return;
    const wait = this.#pacer.wait(now, this.#ceilingMs);
    if (wait === 0) this.#flush(now);
    else this.#nextFlush.dueAt ??= now + wait;
  }

  #flush(now: number): void {
    this.#nextFlush.dueAt = null;
    let count = 0;
    for (const [key, items] of this.#waiting) {
      for (const { op, done } of items)
        this.#calls.add({ kind: "directory", name: key }, op, done);
      count += items.length;
    }
    if (count > 0)
      this.#pacer.spend(this.#waiting.size, count / this.#waiting.size, now);
    this.#waiting.clear();
  }
}
