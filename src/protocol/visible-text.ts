// Visible text: tells whether a text shows anything, and whether too many marks are stacked on one letter.

/**
 * Characters that show as nothing, alone and beside others: white space,
 * Unicode's Default_Ignorable_Code_Point, blank letters and symbols, and
 * controls of a layout. Listed as ranges, since `\p{...}` differs between the
 * runtimes, which have several versions of Unicode and must agree here.
 */
const BLANK = [
  String.raw`\s\u0085\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f`,
  String.raw`\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164`,
  String.raw`\ufe00-\ufe0f\uffa0\ufff0-\ufffc`,
  String.raw`\u{13430}-\u{13442}\u{16fe4}\u{1bca0}-\u{1bca3}`,
  String.raw`\u{1d159}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}`,
].join("");
const VISIBLE = new RegExp(`[^${BLANK}]`, "u");

/** Tells whether people can see anything of the text. */
export function isVisible(text: string): boolean {
  return VISIBLE.test(text);
}

/** More marks than any script needs on one letter would cover other lines. */
export const MARKS_MAX = 4;

/**
 * One more mark than a letter may have. Invisible characters between marks do
 * not count.
 */
const STACK = new RegExp(
  String.raw`(?:[\p{Mn}\p{Me}]\p{Cf}*){${MARKS_MAX + 1}}`,
  "u",
);

/** Tells whether a letter has more marks than any script needs. */
export function hasStackedMarks(text: string): boolean {
  return STACK.test(text);
}
