// Chat errors: give each failure a code, from the server or the client, and a message for people.
import type { CLOSE_CODES, ErrorCode } from "../protocol/errors.ts";
import type { ErrorFrame } from "../protocol/server-frames.ts";

/** Messages of the errors that only the client reports. */
const CLIENT_MESSAGES = {
  connection_lost: "The connection was lost.",
  no_answer: "The server did not answer.",
  closed: "The chat was closed.",
  unknown: "It may have arrived.",
} as const;

/** Messages of close reasons that people often see. */
const CLOSE_MESSAGES: Readonly<Partial<Record<string, string>>> = {
  replaced: "Another connection took over.",
  name_reclaimed: "You have lost this name.",
} satisfies Partial<Record<CloseReason, string>>;

type Underscored<Words extends string> =
  Words extends `${infer First} ${infer Rest}`
    ? `${First}_${Underscored<Rest>}`
    : Words;

/** The reason of a close code, with underscores. */
type CloseReason = Underscored<
  (typeof CLOSE_CODES)[keyof typeof CLOSE_CODES]["reason"]
>;

/**
 * An error code of the server, the reason of a close (`replaced`), or a code of
 * the client (`unknown`). A newer server may send others.
 */
export type ChatErrorCode =
  | ErrorCode
  | CloseReason
  | keyof typeof CLIENT_MESSAGES
  | "no_token"
  | "storage"
  | (string & Record<never, never>);

export class ChatError extends Error {
  override readonly name = "ChatError";
  readonly code: ChatErrorCode;
  /** Milliseconds to wait before another attempt, if the server gave them. */
  readonly retryAfter: number | undefined;
  /** The reason behind the code, if the server gave one: `no_guests`. */
  readonly reason: string | undefined;
  /** When a ban, a kick or a mute ends, in ms since 1970; absent: never. */
  readonly until: number | undefined;

  constructor(
    code: ChatErrorCode,
    message: string,
    retryAfter?: number,
    reason?: string,
    until?: number,
  ) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
    this.reason = reason;
    this.until = until;
  }
}

/** An error that the client reports itself. */
export function clientError(code: keyof typeof CLIENT_MESSAGES): ChatError {
  return new ChatError(code, CLIENT_MESSAGES[code]);
}

/** @param method a method of the storage, or "locks" */
export function storageError(method: string, error: unknown): ChatError {
  const message = `Storage error (${method}: ${messageOf(error)}): stored data may be lost.`;
  return new ChatError("storage", message);
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const TOO_LARGE = 1009;

/** The error of an error frame. */
export function frameError(frame: ErrorFrame): ChatError {
  const { code, message, retryAfter, reason, until } = frame;
  return new ChatError(code, message, retryAfter, reason, until);
}

/**
 * The error for a connection that was closed with this code and reason.
 *
 * @param refusal the reason that the server gave before, if it did
 */
export function closeError(
  code: number,
  reason: string,
  refusal?: ChatError,
): ChatError {
  // The user may not be in the room any more.
  if (refusal?.code === "forbidden") return refusal;
  if (code === TOO_LARGE)
    return new ChatError("too_large", "The message is too large.");
  if (reason === "" || code < 4000) return clientError("connection_lost");
  const message = `The server closed the connection: ${reason}.`;
  const errorCode = reason.replaceAll(" ", "_");
  const words = CLOSE_MESSAGES[errorCode] ?? message;
  return new ChatError(errorCode, words, undefined, undefined, refusal?.until);
}

const TRANSIENT_CODES: readonly ErrorCode[] = [
  "rate_limited",
  "unavailable",
  "internal",
];

/** True if a later attempt may succeed without anybody's action. */
export function isTransient(code: string): boolean {
  return TRANSIENT_CODES.some((transient) => transient === code);
}
