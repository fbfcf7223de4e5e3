// Names: normalizes the names of rooms and users, and refuses those that are none.

/** Longest room name, in code points after NFKC. */
export const ROOM_NAME_MAX = 64;

/** Longest user name, in code points after NFKC. */
export const USERNAME_MAX = 32;

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

/** Begins the name of each bot: no person's name can hold a colon. */
export const BOT_PREFIX = "bot:";

/**
 * Makes the name of a bot of the name that its app gives it.
 *
 * @returns null if `raw` is no user name
 */
export function readBotName(raw: string): string | null {
  const name = readUsername(raw);
  return name === null ? null : BOT_PREFIX + name;
}

/** @returns the name of a bot without the prefix; null: it is no bot's */
export function bareBotName(username: string): string | null {
  return username.startsWith(BOT_PREFIX)
    ? username.slice(BOT_PREFIX.length)
    : null;
}

/** Is it the normalized name of a person or of a bot? */
export function isAuthorName(name: string): boolean {
  return name.startsWith(BOT_PREFIX)
    ? readBotName(name.slice(BOT_PREFIX.length)) === name
    : readUsername(name) === name;
}

function readName(raw: string, max: number): string | null {
  if (raw.length > max * RAW_UNITS_PER_CHARACTER) return null;
  const name = raw.normalize("NFKC");
  return NAME.test(name) && [...name].length <= max ? name : null;
}
