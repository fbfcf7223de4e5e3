// Text length: how many characters the server would still take, by the limits that it has told.
import type { ChatSnapshot } from "../client/index.ts";

const utf8 = new TextEncoder();

/** As long as those that the client and the server make. */
const SAMPLE_ID = "0".repeat(32);
const SAMPLE_USER = "0".repeat(16);

/**
 * @param to to whom alone it goes
 * @returns negative if there are so many too many; endless if no limit is known
 */
export function charactersLeft(
  text: string,
  to: string | undefined,
  limits: ChatSnapshot["limits"],
): number {
  if (limits === null) return Number.POSITIVE_INFINITY;
  const characters = [...text];
  const byCount = limits.text - characters.length;
  const frame =
    to === undefined
      ? { type: "message", text, id: SAMPLE_ID }
      : { type: "private", to, text, id: SAMPLE_ID, toUser: SAMPLE_USER };
  const bytes = limits.frame - jsonBytes(frame);
  if (bytes >= 0) {
    // All of them may be as long as those before.
    const each = Math.max(1, jsonBytes(text) / (characters.length + 1));
    return Math.min(byCount, Math.floor(bytes / each));
  }
  let [missing, over] = [-bytes, 0];
  while (missing > 0 && over < characters.length) {
    over++;
    // Without its quotes.
    missing -= jsonBytes(characters.at(-over)) - 2;
  }
  return Math.min(byCount, -over);
}

/** In JSON. */
function jsonBytes(value: unknown): number {
  return utf8.encode(JSON.stringify(value)).byteLength;
}
