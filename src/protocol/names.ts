// Room and user names: what is a name, how it is spelt, and which users'
// names are one.

import { CONFUSABLES, CONFUSABLES_VERSION } from "./confusables.ts";

/** Longest room name, in code points after NFKC. */
export const ROOM_NAME_MAX = 64;

/** Longest user name, in code points after NFKC. */
export const USERNAME_MAX = 32;

/**
 * Stored with every claim: keys made under another version may differ. So it
 * must be raised for a change in the table, and for one in `nameKey`.
 */
export const NAME_KEY_VERSION: number = CONFUSABLES_VERSION;

/** Longer input is refused unread; a letter and its marks in NFD fit. */
const RAW_UNITS_PER_CHARACTER = 4;

/**
 * DI, Default_Ignorable_Code_Point, is what shows as nothing at all: fillers,
 * variation selectors, joiners. Emoji, spaces, controls, bidi marks and halves
 * of surrogate pairs are neither letters, marks nor digits.
 */
const NAME =
  /^[[\p{L}\p{Nd}]--\p{DI}][[\p{L}\p{M}\p{Nd}_.\-]--\p{DI}]*(?<!\.)$/v;

/**
 * The spelling of a room name: NFKC, 1 to `ROOM_NAME_MAX` code points.
 * Case counts, and there is no key: "Lobby" and "lobby" are two rooms.
 *
 * @returns null where `raw` is no room name.
 */
export function readRoomName(raw: string): string | null {
  return readName(raw, ROOM_NAME_MAX);
}

/**
 * The spelling of a user name: NFKC, 1 to `USERNAME_MAX` code points.
 * Who it meets is `nameKey`'s to say.
 *
 * @returns null where `raw` is no user name.
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
 * The key of a user name: two names are one to the directory if their keys are
 * equal. It is UTS 39's skeleton (https://www.unicode.org/reports/tr39/)
 * between two case foldings, with i, l and 1 as one. Never shown: it may hold
 * what no name may. At most 224 UTF-16 units; the key of a key is that key.
 *
 * @param username as `readUsername` spells it
 */
export function nameKey(username: string): string {
  return nameKeyWith(LOOK_ALIKES, username);
}

/** A character to what it looks like. */
export type LookAlikes = ReadonlyMap<string, string>;

/** `nameKey` by another table, for what generates ours. */
export function nameKeyWith(table: LookAlikes, username: string): string {
  return fold(skeleton(table, fold(username)));
}

/**
 * Full case folding of the NFKC form, in NFD. Upper case unites ß with ss; lower
 * case before it, because only ß has SS for its upper case and ẞ has none; and
 * σ for ς, between which `toLowerCase` chooses by place.
 */
export function fold(text: string): string {
  const lower = text.normalize("NFKC").toLowerCase();
  const folded = lower.toUpperCase().toLowerCase().replaceAll("ς", "σ");
  return folded.normalize("NFD");
}

/**
 * A dot on a letter that has one is not seen: İ is i with U+0307 in lower case,
 * and drawn as i. (By the time this is looked for, i is l.)
 */
const HIDDEN_DOT = /(?<=[jl]\p{M}*)\u0307/gu;

/** From NFD; the second NFD of UTS 39 is left to the folding that follows. */
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
