// Graphemes: cuts a text into the characters that people see.

/** Firefox has it since version 125. */
const segmenter =
  Intl.Segmenter === undefined
    ? null
    : new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Without a segmenter the code points, of which few make more than one. */
export function splitGraphemes(text: string): Iterable<string> {
  if (segmenter === null) return text;
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
