// Copies of mail for those who sent it, until each is in its sender's own mail.
import type { Calls } from "./calls.ts";
import { isDue } from "./due.ts";
import type { Kept } from "./mailbox.ts";
import type { Sole } from "./ops.ts";

/** An alarm this much later sees to it that a crash forgets none, in ms. */
const SAFETY_MS = 30_000;
/**
 * So long a copy may wait for others that nobody is known to wait for, in ms:
 * each call for one costs its sender's object a commit of its own.
 */
const UNSEEN_MS = 1000;

export class Copying {
  readonly #calls: Calls;
  readonly #gap: number;
  readonly #onEmpty: () => void;
  /** By the id of the letter; when to try again, if it failed. */
  readonly #pending = new Map<string, { kept: Kept; retryAt: number }>();
  /** What goes out when `dueAt` is there. */
  readonly #held: (() => void)[] = [];
  #dueAt: number | null = null;
  #sentAt = Number.NEGATIVE_INFINITY;

  /** @param gap ms between two sendings, where another connection may look on */
  constructor(calls: Calls, gap: number, onEmpty: () => void) {
    this.#calls = calls;
    this.#gap = gap;
    this.#onEmpty = onEmpty;
  }

  get isEmpty(): boolean {
    return this.#pending.size === 0;
  }

  /** When those go out that wait for more, ms since 1970. */
  get dueAt(): number | null {
    return this.#dueAt;
  }

  /** When one is to be tried again, ms since 1970. */
  get retryAt(): number | null {
    let next: number | null = null;
    for (const { retryAt } of this.#pending.values())
      if (next === null || retryAt < next) next = retryAt;
    return next;
  }

  /**
   * At once while they are few, many to a call when they are not.
   *
   * @param sole the connection it came by, if that room knows of no other
   */
  send(kept: Kept, now: number, sole?: Sole): void {
    const { letter, fromKey, origin } = kept;
    if (fromKey === null) return;
    const pending = { kept, retryAt: now + SAFETY_MS };
    this.#pending.set(letter.id, pending);
    this.#held.push(() =>
      this.#calls.add(
        { kind: "directory", name: fromKey },
        { type: "copy", letter, origin, ...(sole !== undefined && { sole }) },
        (reply) => {
          if (reply === null || this.#pending.get(letter.id) !== pending)
            return;
          this.#pending.delete(letter.id);
          if (this.isEmpty) this.#onEmpty();
        },
      ),
    );
    this.#pump(now, sole === undefined ? this.#gap : UNSEEN_MS);
  }

  due(now: number): void {
    for (const { kept, retryAt } of [...this.#pending.values()])
      if (retryAt <= now) this.send(kept, now);
    if (isDue(this.#dueAt, now, UNSEEN_MS)) this.#release(now);
  }

  #pump(now: number, gap: number): void {
    const at = this.#sentAt + gap;
    if (isDue(at, now, gap)) this.#release(now);
    else this.#dueAt = Math.min(this.#dueAt ?? at, at);
  }

  #release(now: number): void {
    this.#dueAt = null;
    this.#sentAt = now;
    for (const go of this.#held.splice(0)) go();
  }
}
