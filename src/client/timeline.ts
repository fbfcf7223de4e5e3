// Timeline: keeps the messages that views show, those of the room and private ones.
import type { ChatMessage, ChatPrivate } from "./events.ts";

export class Timeline {
  messages: readonly ChatMessage[] = [];
  privates: readonly ChatPrivate[] = [];
  /** There are messages older than the first. */
  more = true;
  #maxMessages: number;

  /** @param maxMessages of the room, and private ones likewise */
  constructor(maxMessages: number) {
    this.#maxMessages = maxMessages;
  }

  /** Adds newer messages; those that `loadOlder` has brought are ignored. */
  add(messages: readonly ChatMessage[]): void {
    const last = this.messages.at(-1)?.seq ?? 0;
    const newer = messages.filter(({ seq }) => seq > last);
    if (newer.length === 0) return;
    const all = [...this.messages, ...newer];
    this.messages = all.slice(-this.#maxMessages);
    if (this.messages.length < all.length) this.more = true;
  }

  addPrivates(privates: readonly ChatPrivate[]): void {
    if (privates.length > 0)
      this.privates = [...this.privates, ...privates].slice(-this.#maxMessages);
  }

  /** Adds a page before the first message. */
  addOlder(messages: readonly ChatMessage[], more: boolean): void {
    const first = this.messages[0]?.seq ?? Number.POSITIVE_INFINITY;
    const older = messages.filter(({ seq }) => seq < first);
    this.#maxMessages += older.length;
    this.messages = [...older, ...this.messages];
    this.more = more;
  }

  /** The room has another history now. */
  clear(): void {
    this.messages = [];
    this.more = true;
  }
}
