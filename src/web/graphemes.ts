// Graphemes: cuts a text into the characters that people see.

/** Missing in Firefox before version 125. */
const segmenter =
  Intl.Segmenter === undefined
    ? null
    : new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Without a segmenter it splits into code points. */
export function splitGraphemes(text: string): Iterable<string> {
  if (segmenter === null) return text;
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
