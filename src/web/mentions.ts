// Where in a text one's own name stands.

/** Scripts that put no blank between words, so that a name may touch the next. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]$/u;
const LETTERS = String.raw`\p{L}\p{M}\p{Nd}_`;
const WORD = `[${LETTERS}]`;
/** A shorter name is too often an ordinary word: it takes an @. */
const BARE_MIN = 3;

/**
 * Finds a name: after an @, or as a word of its own. Case does not count.
 *
 * @param name not empty, of what names may have
 * @returns a global pattern for `matchAll`
 */
export function mentionPattern(name: string): RegExp {
  const literal = name.replaceAll(".", String.raw`\.`);
  const end = UNSPACED.test(name) ? "" : `(?!${WORD})`;
  const called = `(?<!${WORD})@${literal}${end}`;
  const bare = `(?<![${LETTERS}@])${literal}(?!${WORD})`;
  return new RegExp(
    [...name].length < BARE_MIN ? called : `${called}|${bare}`,
    "giu",
  );
}

export function isMentioned(name: string, text: string): boolean {
  return name !== "" && mentionPattern(name).test(text);
}
