// One thing written and not acked: as it is kept, and as it is known while the chat runs.
import type { MessageFrame, PrivateFrame } from "../protocol/client-frames.ts";
import { ChatError } from "./chat-error.ts";
import type {
  Pending,
  PendingState,
  PrivateReceipt,
  RoomReceipt,
} from "./events.ts";
import type { Place } from "./stream.ts";
import { has } from "./wire.ts";

export type Receipt = RoomReceipt | PrivateReceipt;

/** Where the room was, and when it was, as something was first sent. */
export interface Tried extends Place {
  readonly at: number;
}

/** As it is kept. */
export interface Entry {
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
  tried?: Tried | undefined;
  /** Refused, or unknown: not sent again unasked. */
  failed?: { code: string; message: string } | undefined;
}

/** Somebody awaits its end. */
export interface Settle {
  resolve(receipt: Receipt): unknown;
  reject(error: ChatError): void;
}

export class Item {
  /** In the storage; another one only before it is written. */
  key: string;
  readonly entry: Entry;
  state: PendingState = "waiting";
  error?: ChatError | undefined;
  /** It is in storage as it stands; or is being written. */
  kept: "no" | "soon" | "yes" = "no";
  /** The last write of it, which never rejects. */
  writing: Promise<void> = Promise.resolve();
  /** It went out, by this connection or one before it. */
  wasSent = false;
  /** By uptime: when it went out last, and when first as it is now. */
  sentAt = 0;
  firstSentAt: number | null = null;
  /** Refused for a passing reason so often, and not to be tried now. */
  failures = 0;
  isPaused = false;
  /** It went out before this connection, and may have arrived. */
  isUncertain: boolean;
  /** A copy has come: it has arrived, though the ack is not here. */
  arrived: PrivateReceipt | null = null;
  settle: Settle | null = null;

  constructor(key: string, entry: Entry) {
    this.key = key;
    this.entry = entry;
    this.wasSent = entry.tried !== undefined;
    this.isUncertain = this.wasSent;
    if (entry.failed !== undefined) {
      const { code, message } = entry.failed;
      this.state = code === "unknown" ? "unknown" : "failed";
      this.error = new ChatError(code, message);
    }
  }

  /** Those in one lane keep their order; null is the room. */
  get lane(): string | null {
    return this.entry.to ?? null;
  }

  get frame(): MessageFrame | PrivateFrame {
    const { id, text, to, toUser } = this.entry;
    if (to === undefined) return { type: "message", text, id };
    const pin = toUser === undefined ? {} : { toUser };
    return { type: "private", to, text, id, ...pin };
  }

  get pending(): Pending {
    const { id, text, to, at } = this.entry;
    const { state, error } = this;
    return { id, text, to, at, state, error };
  }
}

/** What is kept may be of another version, or damaged. */
export function isEntry(kept: unknown): kept is Entry {
  if (!has(kept, "id text at# owner")) return false;
  // The server would not even say which one it refuses.
  if (!/^[ -~]{1,64}$/.test(String(kept.id))) return false;
  const { room, to, toUser, user, tried, failed } = kept;
  return (
    [room, to, toUser, user].every(isStringOrAbsent) &&
    (room === undefined) !== (to === undefined) &&
    (tried === undefined || has(tried, "epoch seq+ at#")) &&
    (failed === undefined || has(failed, "code message"))
  );
}

function isStringOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}
