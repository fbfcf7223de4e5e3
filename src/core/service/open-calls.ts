// Open calls: a service asks many objects, each for a limited time, and asks some of them again a little later.
import { Calls } from "../shared/calls.ts";
import type { Address, Call } from "../shared/contract.ts";
import type { Op, Reply } from "../shared/rpc.ts";

/** @param reply null: there was none in time, or the object has refused */
type OnAnswer = (reply: Reply | null, now: number) => void;

interface Open {
  /** When it is given up, or when it is run, ms since 1970. */
  readonly at: number;
  readonly done: OnAnswer;
}

export class OpenCalls {
  readonly #calls = new Calls();
  readonly #deadlineMs: number;
  readonly #open = new Set<Open>();

  /** @param deadlineMs how long an object may take */
  constructor(deadlineMs: number) {
    this.#deadlineMs = deadlineMs;
  }

  /** Calls without an answer, and those that are made later. */
  get count(): number {
    return this.#open.size;
  }

  /** When the next deadline or later call is due, ms since 1970; null: never. */
  get next(): number | null {
    if (this.#open.size === 0) return null;
    return Math.min(...[...this.#open].map(({ at }) => at));
  }

  ask(to: Address, op: Op, now: number, done: OnAnswer): void {
    const open: Open = { at: now + this.#deadlineMs, done };
    this.#open.add(open);
    this.#calls.add(to, op, (reply, then) => {
      // An answer after the deadline counts for nothing.
      if (!this.#open.delete(open)) return;
      done(reply?.type === "refused" ? null : reply, then);
    });
  }

  /** Calls back at a later time, ms since 1970. */
  later(at: number, then: (now: number) => void): void {
    this.#open.add({ at, done: (_, now) => then(now) });
  }

  answered(call: number, replies: readonly Reply[] | null, now: number): void {
    this.#calls.answered(call, replies, now);
  }

  /** Ends what has taken too long, and runs what is due. */
  run(now: number): void {
    for (const one of [...this.#open])
      if (one.at <= now && this.#open.delete(one)) one.done(null, now);
  }

  /** @returns the calls that can be made now */
  take(): Call[] {
    return this.#calls.take();
  }
}
