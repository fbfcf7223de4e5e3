// Outbox item: holds one own message without an ack, in its stored form and with its state in memory.
import type { MessageFrame, PrivateFrame } from "../protocol/client-frames.ts";
import { ChatError } from "./chat-error.ts";
import type {
  PendingMessage,
  PendingState,
  PrivateReceipt,
  RoomReceipt,
} from "./events.ts";
import { hasFields } from "./parse-frame.ts";
import type { LogPosition } from "./sequencer.ts";

export type Receipt = RoomReceipt | PrivateReceipt;

/** The room's position and the time at the first attempt to send. */
export interface SendAttempt extends LogPosition {
  readonly at: number;
}

/** The stored form. Its field names are those of all releases. */
export interface StoredMessage {
  readonly id: string;
  readonly text: string;
  /** When it was written, in ms since 1970. */
  readonly at: number;
  /** The id of the chat that sends it. */
  owner: string;
  /** A message has either a room or a recipient. */
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
  callbacks: ReceiptCallbacks | null = null;

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

  /** Messages with the same key keep their order; null is the room. */
  get orderKey(): string | null {
    return this.stored.to ?? null;
  }

  get frame(): MessageFrame | PrivateFrame {
    const { id, text, to, toUser } = this.stored;
    if (to === undefined) return { type: "message", text, id };
    const recipient = toUser === undefined ? {} : { toUser };
    return { type: "private", to, text, id, ...recipient };
  }

  get pending(): PendingMessage {
    const { id, text, to, at } = this.stored;
    const { state, error } = this;
    return { id, text, to, at, state, error };
  }
}

/** The stored value may be of another release, or damaged. */
export function isStoredMessage(value: unknown): value is StoredMessage {
  if (!hasFields(value, "id text at# owner")) return false;
  // The server could not name it in its refusal.
  if (!/^[ -~]{1,64}$/.test(String(value.id))) return false;
  const { room, to, toUser, user, tried, failed } = value;
  return (
    [room, to, toUser, user].every(isStringOrAbsent) &&
    (room === undefined) !== (to === undefined) &&
    (tried === undefined || hasFields(tried, "epoch seq+ at#")) &&
    (failed === undefined || hasFields(failed, "code message"))
  );
}

function isStringOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}
