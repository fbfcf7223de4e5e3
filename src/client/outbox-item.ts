// One thing written and not acked: as it is kept, and as it is known while the chat runs.
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

/** Where the room was, and when it was, as something was first sent. */
export interface SendAttempt extends LogPosition {
  readonly at: number;
}

/** As it is kept. */
export interface StoredMessage {
  readonly id: string;
  readonly text: string;
  /** When it was written, ms since 1970. */
  readonly at: number;
  /** The chat that is to send it. */
  owner: string;
  /** For the room, or to somebody. */
  readonly room?: string | undefined;
  readonly to?: string | undefined;
  /** The addressee's public id, if it was known. */
  readonly toUser?: string | undefined;
  /** The public id of who wrote it, once it is known. */
  user?: string | undefined;
  /** It has been sent, perhaps; then it is not sent again unsettled. */
  tried?: SendAttempt | undefined;
  /** Refused, or unknown: not sent again unasked. */
  failed?: { code: string; message: string } | undefined;
}

/** Somebody awaits its end. */
export interface ReceiptCallbacks {
  resolve(receipt: Receipt): unknown;
  reject(error: ChatError): void;
}

export class OutboxItem {
  /** In the storage; another one only before it is written. */
  key: string;
  readonly stored: StoredMessage;
  state: PendingState = "queued";
  error?: ChatError | undefined;
  /** It is in storage as it stands; or is being written. */
  saveState: "unsaved" | "saving" | "saved" = "unsaved";
  /** The last write of it, which never rejects. */
  lastWrite: Promise<void> = Promise.resolve();
  /** It went out, by this connection or one before it. */
  wasSent = false;
  /** By uptime: when it went out last, and when first as it is now. */
  sentAt = 0;
  firstSentAt: number | null = null;
  /** Refused for a passing reason so often, and not to be tried now. */
  failures = 0;
  isPaused = false;
  /** It went out before this connection, and may have arrived. */
  mayHaveArrived: boolean;
  /** A copy has come: it has arrived, though the ack is not here. */
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

  /** Those in one lane keep their order; null is the room. */
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

/** What is kept may be of another version, or damaged. */
export function isStoredMessage(value: unknown): value is StoredMessage {
  if (!hasFields(value, "id text at# owner")) return false;
  // The server would not even say which one it refuses.
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
