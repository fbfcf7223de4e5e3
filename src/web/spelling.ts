// Names as the page compares them, and their first letter as people see it.

/**
 * Roughly as the server does it, so that one conversation does not become two.
 * Where only the server knows better, it says how the name is spelt.
 */
export function sameness(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

/** Firefox has it since version 125. */
const graphemes =
  Intl.Segmenter === undefined
    ? null
    : new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Without a segmenter the code points, of which few make more than one. */
function segmentsOf(text: string): Iterable<string> {
  if (graphemes === null) return text;
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

/** What stands for a name in a small circle: its first grapheme, in capitals. */
export function initial(name: string): string {
  const [first = ""] = segmentsOf(name);
  return first.toUpperCase();
}

/** Shades there are for names. */
export const SHADES = 8;

/** The shade of a name, the same everywhere: 0 to `SHADES` - 1. */
export function shade(name: string): number {
  let hash = 0;
  for (const character of sameness(name))
    hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return hash % SHADES;
}

const EMOJI = /^(?:\p{RGI_Emoji}|\p{Emoji_Presentation})$/v;
/** More of them are a text. */
const BIG_MAX = 3;

/** Is it one to three emoji and nothing else, to be shown big? */
export function isOnlyEmoji(text: string): boolean {
  const seen: string[] = [];
  for (const segment of segmentsOf(text)) {
    if (segment.trim() === "") continue;
    if (!EMOJI.test(segment) || seen.push(segment) > BIG_MAX) return false;
  }
  return seen.length > 0;
}
