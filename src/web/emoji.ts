// Emoji: finds the messages that consist of a few emoji alone.
import { splitGraphemes } from "./graphemes.ts";

const EMOJI = /^(?:\p{RGI_Emoji}|\p{Emoji_Presentation})$/v;
/** More emoji than this are shown as a normal text. */
const EMOJI_MAX = 3;

/** Returns true for one to three emoji without other text. */
export function isOnlyEmoji(text: string): boolean {
  const seen: string[] = [];
  for (const segment of splitGraphemes(text)) {
    if (segment.trim() === "") continue;
    if (!EMOJI.test(segment) || seen.push(segment) > EMOJI_MAX) return false;
  }
  return seen.length > 0;
}
