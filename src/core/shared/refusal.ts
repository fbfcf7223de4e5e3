// Refusal: the error that a user gets who may not join, read or connect.
import type { ErrorCode, ErrorReason } from "../../protocol/errors.ts";

export interface Refusal {
  readonly code: ErrorCode;
  /** Words for people, where there are better ones than the code's. */
  readonly message?: string | undefined;
  readonly reason?: ErrorReason | undefined;
  /** In ms. */
  readonly retryAfter?: number | undefined;
}

/** Reply to any question: the refusal, as plain data. */
export interface Refused {
  readonly type: "refused";
  readonly code: ErrorCode;
  /** Words for people, where there are better ones than the code's. */
  readonly message?: string;
  readonly reason?: ErrorReason;
  readonly retryAfter?: number;
}
