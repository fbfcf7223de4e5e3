// Mentions: find a username in a text.

/** Scripts without spaces, where a name may touch the next word. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]$/u;
const LETTERS = String.raw`\p{L}\p{M}\p{Nd}_`;
const WORD = `[${LETTERS}]`;
/** A shorter name is often an ordinary word, and needs an @. */
const BARE_MIN = 3;

/**
 * Finds a name after an @, or as a separate word. Case does not matter.
 *
 * @param name a valid username
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
