// Text length: how many characters the server would still take, by the limits that it has told.
import type { ChatSnapshot } from "../client/index.ts";

const utf8 = new TextEncoder();

/** As long as those that the client and the server make. */
const ID = "0".repeat(32);
const USER = "0".repeat(16);

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
      ? { type: "message", text, id: ID }
      : { type: "private", to, text, id: ID, toUser: USER };
  const bytes = limits.frame - bytesOf(frame);
  if (bytes >= 0) {
    // All of them may be as long as those before.
    const each = Math.max(1, bytesOf(text) / (characters.length + 1));
    return Math.min(byCount, Math.floor(bytes / each));
  }
  let [missing, over] = [-bytes, 0];
  while (missing > 0 && over < characters.length) {
    over++;
    // Without its quotes.
    missing -= bytesOf(characters.at(-over)) - 2;
  }
  return Math.min(byCount, -over);
}

/** In JSON. */
function bytesOf(value: unknown): number {
  return utf8.encode(JSON.stringify(value)).byteLength;
}
