// Name key: computes the key of a user name; all names that look alike have one key, and are one name.
import { CONFUSABLES, CONFUSABLES_VERSION } from "./confusables.ts";

/**
 * Stored with every claim, since keys of another version may differ. Raise it
 * after a change of the table or of `nameKey`.
 */
export const NAME_KEY_VERSION: number = CONFUSABLES_VERSION;

/**
 * Returns the key of a user name. Two names with equal keys are one name to the
 * directory. The key is UTS 39's skeleton
 * (https://www.unicode.org/reports/tr39/) between two case foldings, with i, l
 * and 1 as one. It is never shown, since it may hold characters that names may
 * not. It has at most 224 UTF-16 units, and the key of a key is the same key.
 *
 * @param username normalized by `readUsername`
 */
export function nameKey(username: string): string {
  return nameKeyWith(LOOK_ALIKES, username);
}

/** Maps a character to its lookalike. */
export type LookAlikes = ReadonlyMap<string, string>;

/** `nameKey` with another table, for the generator of ours. */
export function nameKeyWith(table: LookAlikes, username: string): string {
  return fold(skeleton(table, fold(username)));
}

/**
 * Full case folding of the NFKC form, in NFD. Upper case unites ß with ss.
 * Lower case comes before it, because only ß has SS as its upper case and ẞ has
 * none. ς becomes σ, since `toLowerCase` chooses between them by position.
 */
export function fold(text: string): string {
  const lower = text.normalize("NFKC").toLowerCase();
  const folded = lower.toUpperCase().toLowerCase().replaceAll("ς", "σ");
  return folded.normalize("NFD");
}

/**
 * A dot on a letter that has a dot is invisible: İ in lower case is i with
 * U+0307, and is drawn as i. (At this point i is l already.)
 */
const HIDDEN_DOT = /(?<=[jl]\p{M}*)\u0307/gu;

/**
 * The input is NFD. The second NFD of UTS 39 is part of the folding that
 * follows.
 */
function skeleton(table: LookAlikes, folded: string): string {
  let looks = "";
  for (const character of folded) looks += table.get(character) ?? character;
  return looks.replace(HIDDEN_DOT, "");
}

const LOOK_ALIKES = /* @__PURE__ */ readTable(CONFUSABLES);

function readTable(text: string): LookAlikes {
  const table = new Map<string, string>();
  let code = 0;
  for (const [, gap = "", look = ""] of text.matchAll(/(\w+):(\S+)/g)) {
    code += Number.parseInt(gap, 36);
    const looks = look.split("+").map((digits) => Number.parseInt(digits, 36));
    table.set(String.fromCodePoint(code), String.fromCodePoint(...looks));
  }
  return table;
}
