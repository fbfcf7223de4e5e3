// Reader: a client follows the events of one room, by the procedure of docs/protocol/messages.md under "Resuming".
import assert from "node:assert/strict";
import type {
  HistoryPage,
  WelcomeFrame,
} from "../../../src/protocol/server-frames.ts";

const PAGE = 200;

export class Reader {
  epoch: string | null = null;
  /** The client has all events up to this number. */
  cursor = 0;
  /** How often the client started again after a gap; earlier messages stay unanswered. */
  restarts = 0;
  /** The newest number at the welcome, which the client must reach. */
  target = 0;
  readonly #ahead = new Set<number>();
  #isRequesting = false;

  get isCaughtUp(): boolean {
    return this.cursor >= this.target;
  }

  /** Has an event above a hole come? */
  hasAside(seq: number): boolean {
    return this.#ahead.has(seq);
  }

  /** Starts with a new connection. */
  begin(): void {
    this.#ahead.clear();
    this.#isRequesting = false;
  }

  /** @returns the number after which to ask for a page, or null */
  welcome({ epoch, resumed, seq, more }: WelcomeFrame): number | null {
    this.epoch = epoch;
    this.target = seq;
    if (!resumed) {
      this.restarts++;
      this.cursor = seq;
    }
    return more ? this.#requestPage() : null;
  }

  reset(epoch: string, seq: number): void {
    this.begin();
    this.restarts++;
    this.epoch = epoch;
    this.cursor = seq;
    this.target = seq;
  }

  /** @returns the number after which to ask for a page, or null */
  event(seq: number): number | null {
    if (seq > this.cursor + 1) {
      this.#ahead.add(seq);
      return this.#requestPage();
    }
    this.#advance(seq);
    return null;
  }

  /** @returns the number after which to ask for a page, or null */
  history({ messages, more, epoch }: HistoryPage): number | null {
    if (!this.#isRequesting) return null;
    this.#isRequesting = false;
    assert.equal(epoch, this.epoch, "a page is of the epoch it was asked in");
    const [first] = messages;
    if (first !== undefined && first.seq > this.cursor + 1) {
      this.restarts++;
      this.cursor = first.seq - 1;
    }
    for (const { seq } of messages) this.#advance(seq);
    const isWhole = this.#ahead.size === 0 && this.isCaughtUp;
    return more && !isWhole ? this.#requestPage() : null;
  }

  /** The request for a page was refused. */
  refused(): void {
    this.#isRequesting = false;
  }

  #advance(seq: number): void {
    if (seq !== this.cursor + 1) return;
    this.cursor = seq;
    while (this.#ahead.delete(this.cursor + 1)) this.cursor++;
  }

  #requestPage(): number | null {
    if (this.#isRequesting) return null;
    this.#isRequesting = true;
    return this.cursor;
  }

  static readonly pageSize = PAGE;
}
