// What a client keeps of one room, by the procedure that docs/protocol/messages.md gives under "Resuming".
import assert from "node:assert/strict";
import type {
  HistoryPage,
  WelcomeFrame,
} from "../../../src/protocol/server-frames.ts";

const PAGE = 200;

export class Reader {
  epoch: string | null = null;
  /** It has everything up to this number. */
  cursor = 0;
  /** How often it had to begin anew: what was unanswered then stays so. */
  jumps = 0;
  /** How far it was when it came in: up to there it must catch up. */
  target = 0;
  readonly #aside = new Set<number>();
  #isAsking = false;

  get isCaughtUp(): boolean {
    return this.cursor >= this.target;
  }

  /** The connection is a new one. */
  begin(): void {
    this.#aside.clear();
    this.#isAsking = false;
  }

  /** @returns the number after which to ask for a page, or null */
  welcome({ epoch, resumed, seq, more }: WelcomeFrame): number | null {
    this.epoch = epoch;
    this.target = seq;
    if (!resumed) {
      this.jumps++;
      this.cursor = seq;
    }
    return more ? this.#ask() : null;
  }

  reset(epoch: string, seq: number): void {
    this.begin();
    this.jumps++;
    this.epoch = epoch;
    this.cursor = seq;
    this.target = seq;
  }

  /** @returns the number after which to ask for a page, or null */
  event(seq: number): number | null {
    if (seq > this.cursor + 1) {
      this.#aside.add(seq);
      return this.#ask();
    }
    this.#take(seq);
    return null;
  }

  /** @returns the number after which to ask for a page, or null */
  history({ messages, more, epoch }: HistoryPage): number | null {
    if (!this.#isAsking) return null;
    this.#isAsking = false;
    assert.equal(epoch, this.epoch, "a page is of the epoch it was asked in");
    const [first] = messages;
    if (first !== undefined && first.seq > this.cursor + 1) {
      this.jumps++;
      this.cursor = first.seq - 1;
    }
    for (const { seq } of messages) this.#take(seq);
    const isWhole = this.#aside.size === 0 && this.isCaughtUp;
    return more && !isWhole ? this.#ask() : null;
  }

  /** What was asked is not answered. */
  refused(): void {
    this.#isAsking = false;
  }

  #take(seq: number): void {
    if (seq !== this.cursor + 1) return;
    this.cursor = seq;
    while (this.#aside.delete(this.cursor + 1)) this.cursor++;
  }

  #ask(): number | null {
    if (this.#isAsking) return null;
    this.#isAsking = true;
    return this.cursor;
  }

  static readonly page = PAGE;
}
