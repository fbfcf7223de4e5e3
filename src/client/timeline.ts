// Timeline: keeps the messages of a room, or of a thread, that views show, as they are now.
import type {
  ChangeEvent,
  ChatMessage,
  DeletedEvent,
  EditedEvent,
  ModeratedEvent,
  QuotedMessage,
} from "./events.ts";
import { quoteOf, updated, withChanges } from "./message-updates.ts";
import { type ShownMessage, withFields } from "./shown-message.ts";
import type { StoredChange } from "./stored-change.ts";

/** A list of messages that gets the events of the room. */
export interface MessageList {
  /** Adds a newer message, of an event or of the newest page. */
  add(message: ShownMessage): void;
  /** An event changes a message, or none of these. */
  change(event: ChangeEvent): void;
  /** The messages may be out of date: they are dropped. */
  clear(): void;
  /** Own changes without an ack are others now. */
  invalidate(): void;
}

/** The user who reads it, and their changes without an ack. */
export interface TimelineReader {
  readonly user: string | null;
  readonly username: string;
  readonly changes: readonly StoredChange[];
}

export class Timeline implements MessageList {
  /** There are messages older than the first. */
  more = true;
  /** All messages from this `seq` on are here; ∞: not known yet. */
  from = Number.POSITIVE_INFINITY;
  readonly #reader: TimelineReader;
  readonly #accepts: (message: ChatMessage) => boolean;
  #maxMessages: number;
  /** Without the changes that have no ack, ascending by `seq`. */
  #stored: ShownMessage[] = [];
  #shown: readonly ChatMessage[] | null = null;

  constructor(
    reader: TimelineReader,
    maxMessages = Number.POSITIVE_INFINITY,
    accepts: (message: ChatMessage) => boolean = () => true,
  ) {
    this.#reader = reader;
    this.#maxMessages = maxMessages;
    this.#accepts = accepts;
  }

  /** The same array until something changes. */
  get messages(): readonly ChatMessage[] {
    if (this.#shown !== null) return this.#shown;
    const { changes } = this.#reader;
    const shown =
      changes.length === 0
        ? [...this.#stored]
        : this.#stored.map((one) => withChanges(one, changes, this.#reader));
    this.#shown = shown;
    return shown;
  }

  /** The message with that number, if it is here. */
  find(seq: number): ChatMessage | undefined {
    const index = this.#indexOf(seq);
    return index === null ? undefined : this.messages[index];
  }

  /** What a message that answers that one shows of it. */
  quote(seq: number | undefined): QuotedMessage | undefined {
    const message = this.#stored[this.#indexOf(seq ?? 0) ?? -1];
    return message === undefined ? undefined : quoteOf(message);
  }

  /** A message that `loadOlder` has brought is ignored. */
  add(message: ShownMessage): void {
    const { seq, thread, deleted } = message;
    if (thread !== undefined) this.#countReply(thread, seq, deleted ? 0 : 1);
    const last = this.#stored.at(-1)?.seq ?? 0;
    if (seq <= last || !this.#accepts(message)) return;
    this.#stored.push(message);
    this.#shown = null;
    if (this.#stored.length <= this.#maxMessages) return;
    this.#stored.shift();
    this.from = this.#stored[0]?.seq ?? seq + 1;
    this.more = true;
  }

  change(event: ChangeEvent): void {
    if (event.type === "moderated") this.#purge(event);
    if (!("of" in event)) return;
    const { type, of, seq } = event;
    const { user } = this.#reader;
    this.#update(of, seq, (message) => {
      if (message.deleted) return message;
      if (type === "deleted" && message.thread !== undefined)
        this.#countReply(message.thread, seq, -1);
      return updated(message, event, user);
    });
    if (type === "edited" || type === "deleted") this.#updateQuotes(event);
  }

  /** A moderator has deleted what a user said in a part of the log. */
  #purge({
    action,
    target,
    since = 0,
    from = 0,
    to = 0,
    ...event
  }: ModeratedEvent): void {
    if (action !== "purge") return;
    for (const { seq: of, user, at, edited = at } of [...this.#stored])
      if (user === target?.user && of >= from && of <= to && edited >= since)
        this.change({ ...event, type: "deleted", of });
  }

  /** Adds a page of older messages. @param from it covers all from there */
  addOlder(
    messages: readonly ShownMessage[],
    more: boolean,
    from = messages[0]?.seq,
  ): void {
    const older = messages.filter(
      (one) => this.#indexOf(one.seq) === null && this.#accepts(one),
    );
    this.#maxMessages += older.length;
    this.#stored = [...older, ...this.#stored].sort((a, b) => a.seq - b.seq);
    this.#shown = null;
    this.more = more;
    this.from = Math.min(this.from, from ?? this.from);
  }

  /** The next older page is before this `seq`; undefined: it is the newest. */
  get olderBefore(): number | undefined {
    const before = Math.min(this.from, this.#stored[0]?.seq ?? this.from);
    return before === Number.POSITIVE_INFINITY ? undefined : before;
  }

  clear(): void {
    this.#stored = [];
    this.#shown = null;
    this.more = true;
    this.from = Number.POSITIVE_INFINITY;
  }

  invalidate(): void {
    this.#shown = null;
  }

  /** The index of that message; null: it is not here. */
  #indexOf(seq: number): number | null {
    let [low, high] = [0, this.#stored.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#stored[middle]?.seq ?? seq) < seq) low = middle + 1;
      else high = middle;
    }
    return this.#stored[low]?.seq === seq ? low : null;
  }

  /** Changes a message, unless it was made with that event. */
  #update(
    seq: number,
    event: number,
    update: (message: ShownMessage) => ShownMessage,
  ): void {
    const index = this.#indexOf(seq);
    const message = this.#stored[index ?? -1];
    if (index === null || message === undefined) return;
    if (event <= message.asOf) return;
    this.#stored[index] = update(message);
    this.#shown = null;
  }

  #countReply(root: number, event: number, change: number): void {
    this.#update(root, event, (message) => {
      if (message.deleted) return message;
      const { count: before = 0, last = event } = message.replies ?? {};
      const count = before + change;
      const replies = { count, last: change < 0 ? last : event };
      return withFields(message, {
        replies: count > 0 ? replies : undefined,
      });
    });
  }

  /** A message that others answer has another text now, or is deleted. */
  #updateQuotes(event: EditedEvent | DeletedEvent): void {
    const { of, seq } = event;
    for (const { seq: answer, quoted } of this.#stored) {
      if (quoted?.seq !== of || "erased" in quoted) continue;
      const text = event.type === "edited" ? (event.text ?? quoted.text) : "";
      const deleted = event.type === "deleted";
      this.#update(answer, seq, (message) =>
        withFields(message, { quoted: quoteOf({ ...quoted, text, deleted }) }),
      );
    }
  }
}
