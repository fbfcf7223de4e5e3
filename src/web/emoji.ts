// Emoji: finds the messages that consist of a few emoji alone.
import { splitGraphemes } from "./graphemes.ts";

const EMOJI = /^(?:\p{RGI_Emoji}|\p{Emoji_Presentation})$/v;
/** More of them are a text. */
const EMOJI_MAX = 3;

/** Is it one to three emoji and nothing else, to be shown big? */
export function isOnlyEmoji(text: string): boolean {
  const seen: string[] = [];
  for (const segment of splitGraphemes(text)) {
    if (segment.trim() === "") continue;
    if (!EMOJI.test(segment) || seen.push(segment) > EMOJI_MAX) return false;
  }
  return seen.length > 0;
}
