// Text length: counts the characters that the server still accepts, by the limits that it has sent.
import type { ClientSnapshot } from "../client/index.ts";

const utf8 = new TextEncoder();

/** As long as the ids of the client and the server. */
const SAMPLE_ID = "0".repeat(32);
const SAMPLE_USER = "0".repeat(16);

/**
 * @param to the recipient of a private message
 * @returns a negative number for a text that is too long; infinity if no
 *   limit is known
 */
export function charactersLeft(
  text: string,
  to: string | undefined,
  limits: ClientSnapshot["limits"],
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
    // The next characters may be as long as the average so far.
    const each = Math.max(1, jsonBytes(text) / (characters.length + 1));
    return Math.min(byCount, Math.floor(bytes / each));
  }
  let [missing, over] = [-bytes, 0];
  while (missing > 0 && over < characters.length) {
    over++;
    // Without the quotes of JSON.
    missing -= jsonBytes(characters.at(-over)) - 2;
  }
  return Math.min(byCount, -over);
}

/** The size of a value in JSON. */
function jsonBytes(value: unknown): number {
  return utf8.encode(JSON.stringify(value)).byteLength;
}
