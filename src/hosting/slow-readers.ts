// Slow readers: a connection that leaves too many bytes unread is closed, so that it takes no more memory.
import * as LIMITS from "../protocol/limits.ts";

/** @param unreadBytes bytes that the host has not been able to send yet */
export function isSlowReader(unreadBytes: number): boolean {
  return unreadBytes > LIMITS.unreadBytesMax;
}
