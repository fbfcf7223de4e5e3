// Timeline: keeps the messages of a room that views show.
import type { ChatMessage } from "./events.ts";

/** A stored event as the app gets it. */
type ShownEvent = ChatMessage;

/** How an event of each kind changes the messages that are shown. */
const APPLY_EVENT: {
  readonly [Type in ShownEvent["type"]]: (
    messages: ChatMessage[],
    event: Extract<ShownEvent, { type: Type }>,
  ) => void;
} = {
  message: (messages, message) => {
    messages.push(message);
  },
};

export class Timeline {
  messages: readonly ChatMessage[] = [];
  /** There are messages older than the first. */
  more = true;
  #maxMessages: number;

  constructor(maxMessages: number) {
    this.#maxMessages = maxMessages;
  }

  /** Adds newer events; messages that `loadOlder` has brought are ignored. */
  add(events: readonly ShownEvent[]): void {
    const last = this.messages.at(-1)?.seq ?? 0;
    const newer = events.filter(({ seq }) => seq > last);
    if (newer.length === 0) return;
    const all = [...this.messages];
    for (const event of newer) APPLY_EVENT[event.type](all, event);
    this.messages = all.slice(-this.#maxMessages);
    if (this.messages.length < all.length) this.more = true;
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
    if (this.messages.length === 0) return;
    this.messages = [];
    this.more = true;
  }
}
