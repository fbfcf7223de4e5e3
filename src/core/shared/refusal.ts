// Refusal: the error that a user gets who may not join, read or connect.
import type { ErrorCode, ErrorReason } from "../../protocol/errors.ts";

export interface Refusal {
  readonly code: ErrorCode;
  /** Words for people, where there are better ones than the code's. */
  readonly message?: string | undefined;
  readonly reason?: ErrorReason | undefined;
  /** In ms. */
  readonly retryAfter?: number | undefined;
  /** When a ban or a mute ends, ms since 1970. */
  readonly until?: number | undefined;
}

/** Reply to any question: the refusal, as plain data. */
export interface Refused {
  readonly type: "refused";
  readonly code: ErrorCode;
  /** Words for people, where there are better ones than the code's. */
  readonly message?: string;
  readonly reason?: ErrorReason;
  readonly retryAfter?: number;
  readonly until?: number;
}

/** @returns the refusal as a reply between objects */
export function toRefused(refusal: Refusal): Refused {
  const { code, message, reason, retryAfter, until } = refusal;
  return {
    ...{ type: "refused", code },
    ...(message !== undefined && { message }),
    ...(reason !== undefined && { reason }),
    ...(retryAfter !== undefined && { retryAfter }),
    ...(until !== undefined && { until }),
  };
}
