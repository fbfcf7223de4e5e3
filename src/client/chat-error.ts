// Why something was refused, lost or is not known: an error with a code, the server's or one of our own.
import type { CLOSE_CODES, ErrorCode } from "../protocol/errors.ts";

/** What only a client can say. */
const CLIENT_MESSAGES = {
  connection_lost: "The connection was lost.",
  no_answer: "The server did not answer.",
  closed: "The chat was closed.",
  unknown: "It may have arrived.",
} as const;

/** For people who are shown why they are not connected. */
const CLOSE_MESSAGES: Readonly<Partial<Record<string, string>>> = {
  replaced: "Another connection took over.",
  name_reclaimed: "The name is not yours now.",
} satisfies Partial<Record<CloseReason, string>>;

type Underscored<Words extends string> =
  Words extends `${infer First} ${infer Rest}`
    ? `${First}_${Underscored<Rest>}`
    : Words;

/** Of a close code: its reason on the wire, with underscores. */
type CloseReason = Underscored<
  (typeof CLOSE_CODES)[keyof typeof CLOSE_CODES]["reason"]
>;

/**
 * An error code of the server's, the reason of a close (`replaced`), or one of
 * our own (`unknown`). A newer server may say others.
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
  /** Milliseconds to wait before trying again, if the server said so. */
  readonly retryAfter: number | undefined;
  /** What the code means in particular, if the server said so: `no_guests`. */
  readonly reason: string | undefined;

  constructor(
    code: ChatErrorCode,
    message: string,
    retryAfter?: number,
    reason?: string,
  ) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
    this.reason = reason;
  }
}

/** One of our own. */
export function clientError(code: keyof typeof CLIENT_MESSAGES): ChatError {
  return new ChatError(code, CLIENT_MESSAGES[code]);
}

/** @param method of the storage, or "locks" */
export function storageError(method: string, error: unknown): ChatError {
  const message = `The storage fails (${method}: ${messageOf(error)}): what is kept may be lost.`;
  return new ChatError("storage", message);
}

/** What somebody else's code threw. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const TOO_LARGE = 1009;

/** From the code and reason with which a connection was closed. */
export function closeError(code: number, reason: string): ChatError {
  if (code === TOO_LARGE)
    return new ChatError("too_large", "The message is too large.");
  if (reason === "" || code < 4000) return clientError("connection_lost");
  const message = `The server closed the connection: ${reason}.`;
  const errorCode = reason.replaceAll(" ", "_");
  return new ChatError(errorCode, CLOSE_MESSAGES[errorCode] ?? message);
}

const TRANSIENT_CODES: readonly ErrorCode[] = [
  "rate_limited",
  "unavailable",
  "internal",
];

/** Is it refused for a reason that passes without anybody's doing? */
export function isTransient(code: string): boolean {
  return TRANSIENT_CODES.some((transient) => transient === code);
}
