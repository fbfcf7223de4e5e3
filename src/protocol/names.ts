// Names: normalizes the names of rooms and users, and computes the key that makes lookalike user names equal.

import { CONFUSABLES, CONFUSABLES_VERSION } from "./confusables.ts";

/** Longest room name, in code points after NFKC. */
export const ROOM_NAME_MAX = 64;

/** Longest user name, in code points after NFKC. */
export const USERNAME_MAX = 32;

/**
 * Stored with every claim, since keys of another version may differ. Raise it
 * after a change of the table or of `nameKey`.
 */
export const NAME_KEY_VERSION: number = CONFUSABLES_VERSION;

/** Longer input is refused at once. A letter and its marks in NFD fit. */
const RAW_UNITS_PER_CHARACTER = 4;

/**
 * DI, Default_Ignorable_Code_Point, covers invisible characters: fillers,
 * variation selectors, joiners. Emoji, spaces, controls, bidi marks and halves
 * of surrogate pairs are neither letters, marks nor digits.
 */
const NAME =
  /^[[\p{L}\p{Nd}]--\p{DI}][[\p{L}\p{M}\p{Nd}_.\-]--\p{DI}]*(?<!\.)$/v;

/**
 * Normalizes a room name: NFKC, 1 to `ROOM_NAME_MAX` code points. Case counts,
 * and there is no key: "Lobby" and "lobby" are two rooms.
 *
 * @returns null if `raw` is no room name
 */
export function readRoomName(raw: string): string | null {
  return readName(raw, ROOM_NAME_MAX);
}

/**
 * Normalizes a user name: NFKC, 1 to `USERNAME_MAX` code points. `nameKey`
 * decides which names are equal.
 *
 * @returns null if `raw` is no user name
 */
export function readUsername(raw: string): string | null {
  return readName(raw, USERNAME_MAX);
}

function readName(raw: string, max: number): string | null {
  if (raw.length > max * RAW_UNITS_PER_CHARACTER) return null;
  const name = raw.normalize("NFKC");
  return NAME.test(name) && [...name].length <= max ? name : null;
}

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
