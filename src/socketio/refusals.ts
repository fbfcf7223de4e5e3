// Refusals: tells which refusals of a room pass, and names the closes after which nobody comes back.
import { CLOSE_CODES, type ErrorCode } from "../protocol/errors.ts";

/** For a time only: the client comes back, and its recovery goes on. */
const PASSING: readonly ErrorCode[] = [
  "unavailable",
  "internal",
  "rate_limited",
  "room_full",
];

export function isPassing(code: ErrorCode): boolean {
  return PASSING.includes(code);
}

/** Returns the reason of a close as one word, such as `room_closed`. */
export function closeName(code: number): string {
  const close = Object.values(CLOSE_CODES).find((one) => one.code === code);
  return (close ?? CLOSE_CODES.refused).reason.replaceAll(" ", "_");
}
