// What a view shows of a room: the newest messages, those before that were asked for, and the private ones.
import type { ChatMessage, ChatPrivate } from "./events.ts";

export class Timeline {
  messages: readonly ChatMessage[] = [];
  privates: readonly ChatPrivate[] = [];
  /** There are older ones than the first. */
  more = true;
  #maxMessages: number;

  /** @param maxMessages how many messages, and how many private ones */
  constructor(maxMessages: number) {
    this.#maxMessages = maxMessages;
  }

  /** What comes after the last; what `older` had brought already is left out. */
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

  /** A page before the first. */
  addOlder(messages: readonly ChatMessage[], more: boolean): void {
    const first = this.messages[0]?.seq ?? Number.POSITIVE_INFINITY;
    const older = messages.filter(({ seq }) => seq < first);
    this.#maxMessages += older.length;
    this.messages = [...older, ...this.messages];
    this.more = more;
  }

  /** The room's history is another one now. */
  clear(): void {
    this.messages = [];
    this.more = true;
  }
}
