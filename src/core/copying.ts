// Copies of mail for those who sent it, until each is in its sender's own mail.
import type { Calls } from "./calls.ts";
import type { Kept } from "./mailbox.ts";
import type { Sole } from "./ops.ts";

/** An alarm this much later sees to it that a crash forgets none, in ms. */
const SAFETY_MS = 30_000;

export class Copying {
  readonly #calls: Calls;
  readonly #onEmpty: () => void;
  /** By number of the mail, ascending; when to try again, if it failed. */
  readonly #pending = new Map<number, { kept: Kept; retryAt: number }>();

  constructor(calls: Calls, onEmpty: () => void) {
    this.#calls = calls;
    this.#onEmpty = onEmpty;
  }

  get isEmpty(): boolean {
    return this.#pending.size === 0;
  }

  /** Number of the oldest mail whose copy is still to be made. */
  get oldest(): number | undefined {
    return this.#pending.keys().next().value;
  }

  /** When one is to be tried again, ms since 1970. */
  get retryAt(): number | null {
    let next: number | null = null;
    for (const { retryAt } of this.#pending.values())
      if (next === null || retryAt < next) next = retryAt;
    return next;
  }

  send(kept: Kept, now: number, sole?: Sole): void {
    const { mail, letter, fromKey, origin } = kept;
    if (fromKey === null) return;
    const pending = { kept, retryAt: now + SAFETY_MS };
    this.#pending.set(mail, pending);
    this.#calls.add(
      { kind: "directory", name: fromKey },
      { type: "copy", letter, origin, ...(sole !== undefined && { sole }) },
      (reply) => {
        if (reply === null || this.#pending.get(mail) !== pending) return;
        this.#pending.delete(mail);
        if (this.isEmpty) this.#onEmpty();
      },
    );
  }

  due(now: number): void {
    for (const { kept, retryAt } of [...this.#pending.values()])
      if (retryAt <= now) this.send(kept, now);
  }
}
