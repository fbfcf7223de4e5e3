// Mentions: find a username in a text, and tell whether a message calls the user.

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

/** The parts of a message that call people. */
export interface CallingMessage {
  readonly text: string;
  /** Public ids; servers of the first release send none. */
  readonly mentions?: readonly string[] | undefined;
  readonly here?: true | undefined;
}

/**
 * Does the message call the user: by the name in its text, or as the server says?
 *
 * @param user the public id; null: not known yet
 */
export function callsUser(
  { text, mentions, here }: CallingMessage,
  name: string,
  user: string | null,
): boolean {
  const isListed = user !== null && mentions?.includes(user);
  return here === true || isListed === true || isMentioned(name, text);
}

export function isMentioned(name: string, text: string): boolean {
  return name !== "" && mentionPattern(name).test(text);
}
