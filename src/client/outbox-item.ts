// Outbox item: holds one own message or change without an ack, in its stored form and with its state in memory.
import type { MessageFrame, PrivateFrame } from "../protocol/client-frames.ts";
import type { RoomAck, RoomEvent } from "../protocol/server-frames.ts";
import { ChatError } from "./chat-error.ts";
import type {
  PendingMessage,
  PendingState,
  PrivateReceipt,
  RoomReceipt,
} from "./events.ts";
import { hasFields } from "./parse-frame.ts";
import type { LogPosition } from "./sequencer.ts";
import {
  ackedChange,
  type ChangeFrame,
  isStoredChange,
  type StoredChange,
} from "./stored-change.ts";

export type Receipt = RoomReceipt | PrivateReceipt;

/** The room's position and the time at the first attempt to send. */
export interface SendAttempt extends LogPosition {
  readonly at: number;
}

/** The messages that a message answers, by their numbers in this epoch. */
export interface MessageRefs {
  readonly replyTo?: number;
  readonly thread?: number;
  readonly epoch?: string;
}

/** The stored form. Its field names are those of all releases. */
export interface StoredMessage {
  readonly id: string;
  /** Absent in a change: a release that knows no changes ignores it. */
  readonly text?: string | undefined;
  /** JSON of the app; absent in older releases. */
  readonly data?: unknown;
  /** The messages that it answers. */
  readonly refs?: MessageRefs | undefined;
  /** What is done to a message or to the room. */
  readonly change?: StoredChange | undefined;
  /** When it was written, in ms since 1970. */
  readonly at: number;
  /** The id of the chat that sends it. */
  owner: string;
  /** A message has either a room or a recipient, a change has a room. */
  readonly room?: string | undefined;
  readonly to?: string | undefined;
  /** The recipient's public id, if it was known. */
  readonly toUser?: string | undefined;
  /** The author's public id, once it is known. */
  user?: string | undefined;
  /**
   * Set before the message is sent: it may have arrived, and is not sent again
   * unchecked.
   */
  tried?: SendAttempt | undefined;
  /** Set if it is failed or unknown: only the user sends it again. */
  failed?: { code: string; message: string } | undefined;
}

/** The caller that waits for the result. */
export interface ReceiptCallbacks {
  resolve(receipt: Receipt): unknown;
  reject(error: ChatError): void;
}

export class OutboxItem {
  /** The storage key; it may change until the first write. */
  key: string;
  readonly stored: StoredMessage;
  state: PendingState = "queued";
  error?: ChatError | undefined;
  /** Whether the storage has the present form. */
  saveState: "unsaved" | "saving" | "saved" = "unsaved";
  /** The last write. Never rejects. */
  lastWrite: Promise<void> = Promise.resolve();
  /** It was sent, by this connection or an earlier one. */
  wasSent = false;
  /** The session that has sent it last. */
  sentBy: object | null = null;
  /**
   * By uptime: the last attempt, and the first one since it was last known not
   * to have arrived.
   */
  sentAt = 0;
  firstSentAt: number | null = null;
  /**
   * Refusals in a row for a transient reason; paused until the next attempt.
   */
  failures = 0;
  isPaused = false;
  /** It was sent on an earlier connection, and may have arrived. */
  mayHaveArrived: boolean;
  /** Set if a copy has arrived before the ack. */
  copyReceipt: PrivateReceipt | null = null;
  callbacks: ReceiptCallbacks[] = [];

  constructor(key: string, stored: StoredMessage) {
    this.key = key;
    this.stored = stored;
    this.wasSent = stored.tried !== undefined;
    this.mayHaveArrived = this.wasSent;
    if (stored.failed !== undefined) {
      const { code, message } = stored.failed;
      this.state = code === "unknown" ? "unknown" : "failed";
      this.error = new ChatError(code, message);
    }
  }

  /** The room in the server's spelling; null: a private message. */
  get room(): string | null {
    return this.stored.room === undefined ? null : spelling(this.stored.room);
  }

  get isFailed(): boolean {
    return this.state === "failed" || this.state === "unknown";
  }

  /** True if that is where it goes. */
  hasTarget({ room, to }: Pick<StoredMessage, "room" | "to">): boolean {
    return this.room === (room ?? null) && this.stored.to === to;
  }

  /** The message is known not to have arrived. */
  markUnsent(): void {
    this.stored.tried = undefined;
    this.firstSentAt = null;
    this.wasSent = false;
    this.sentBy = null;
    this.mayHaveArrived = false;
  }

  /** Its promises reject. */
  reject(error: ChatError): void {
    for (const { reject } of this.callbacks.splice(0)) reject(error);
  }

  /** The text, and the data if there is any. */
  get content(): { text: string; data?: unknown } {
    const { text = "", data } = this.stored;
    return data === undefined ? { text } : { text, data };
  }

  get frame(): MessageFrame | PrivateFrame | ChangeFrame {
    const { id, to, toUser, change, refs } = this.stored;
    if (change !== undefined) return { ...change, id };
    if (to === undefined)
      return { type: "message", ...this.content, id, ...refs };
    const recipient = toUser === undefined ? {} : { toUser };
    return { type: "private", to, ...this.content, id, ...recipient };
  }

  /**
   * The event that the ack of the room stands for.
   *
   * @returns null if the event comes by itself
   */
  ackedEvent(
    { seq, at, duplicate }: RoomAck,
    author: { room: string; user: string; username: string },
  ): RoomEvent | null {
    const { id, change, refs } = this.stored;
    const header = { ...author, id, seq, at };
    // Another event may have made it so.
    if (change !== undefined)
      return duplicate ? null : ackedChange(change, header);
    const { epoch: _, ...answered } = refs ?? {};
    return { type: "message", ...this.content, ...answered, ...header };
  }

  get pending(): PendingMessage {
    const { id, text = "", data, room, to, at, refs } = this.stored;
    const { state, error } = this;
    const { replyTo, thread } = refs ?? {};
    return { id, text, data, replyTo, thread, room, to, at, state, error };
  }
}

/** The stored value may be of another release, or damaged. */
export function isStoredMessage(value: unknown): value is StoredMessage {
  if (!hasFields(value, "id at# owner")) return false;
  // The server could not name it in its refusal.
  if (!isMessageId(value.id)) return false;
  const { text, change, room, to, toUser, user, tried, failed } = value;
  return (
    (change === undefined
      ? typeof text === "string"
      : isStoredChange(change) && to === undefined) &&
    [room, to, toUser, user].every(isStringOrAbsent) &&
    (room === undefined) !== (to === undefined) &&
    (tried === undefined || hasFields(tried, "epoch seq+ at#")) &&
    (failed === undefined || hasFields(failed, "code message"))
  );
}

/** True if the server takes it as the id of a message. */
export function isMessageId(value: unknown): boolean {
  return typeof value === "string" && /^[ -~]{1,64}$/.test(value);
}

/** The name of a room as the server spells it. */
export function spelling(room: string): string {
  return room.normalize("NFKC");
}

function isStringOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}
