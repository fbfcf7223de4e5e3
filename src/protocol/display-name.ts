// Display name: clients read the documented keys of a user's data, tame what is shown, and find display names that look like another user's name.
import { isVisible, MARKS_MAX } from "./visible-text.ts";

/** Longest display name, in code points. */
const DISPLAY_NAME_MAX = 40;

/** White space of all kinds, controls, and the blank of Braille. */
const SPACES = /[\s\p{Z}\p{Cc}\u2800]+/gu;
/**
 * Characters that show nothing or turn the direction of others: formats with
 * all bidi controls, fillers, and code points without a meaning for all.
 */
const UNSEEN = /[\p{C}\p{Default_Ignorable_Code_Point}]/gu;
/** Signs with which a display name could imitate a username or a line. */
const LINE_SIGNS = /[@\uff20\ufe6b:\uff1a\ufe55]+/gu;
const STACKED_MARKS = new RegExp(`(\\p{M}{${MARKS_MAX}})\\p{M}+`, "gu");

/**
 * Reads `displayName` of a user's data, on one line, without bidi controls,
 * invisible characters, `@` and `:`.
 *
 * @returns null if there is none that can be seen
 */
export function readDisplayName(data: unknown): string | null {
  const given = readText(data, "displayName");
  if (given === null) return null;
  const tame = given
    .normalize("NFC")
    .replace(SPACES, " ")
    .replace(UNSEEN, "")
    .replace(LINE_SIGNS, "")
    .replace(/ {2,}/g, " ")
    .replace(STACKED_MARKS, "$1")
    .trim();
  const characters = [...tame];
  const shown =
    characters.length > DISPLAY_NAME_MAX
      ? `${characters.slice(0, DISPLAY_NAME_MAX - 1).join("")}\u2026`
      : tame;
  return isVisible(shown) ? shown : null;
}

/** @returns `avatar` of a user's data, if it is an https URL without a password */
export function readAvatar(data: unknown): URL | null {
  const given = readText(data, "avatar");
  if (given === null || !URL.canParse(given)) return null;
  const url = new URL(given);
  const isSafe =
    url.protocol === "https:" && `${url.username}${url.password}` === "";
  return isSafe ? url : null;
}

function readText(data: unknown, key: string): string | null {
  if (typeof data !== "object" || data === null) return null;
  const value = Object.entries(data).find(([name]) => name === key)?.[1];
  return typeof value === "string" ? value : null;
}

/** A user whom a client knows. */
export interface NamedUser {
  /** The public id; null: not known. */
  readonly user: string | null;
  readonly username: string;
  readonly displayName: string | null;
}

/**
 * Finds the users whose display name looks like the name or the display name of
 * another one. User names are the identity: nobody checks display names.
 *
 * @param nameKey that of names, which finds look-alike letters
 * @returns the usernames of these users
 */
export function findLookAlikes(
  users: readonly NamedUser[],
  nameKey: (name: string) => string,
): ReadonlySet<string> {
  const keyOf = (name: string) => {
    // Blanks, dots and signs do not make another name.
    const letters = name.replace(/[\s\p{P}\p{S}]+/gu, "");
    return nameKey(letters === "" ? name : letters);
  };
  const byKey = new Map<string, NamedUser[]>();
  for (const one of users) {
    const keys = new Set([keyOf(one.username)]);
    if (one.displayName !== null) keys.add(keyOf(one.displayName));
    for (const key of keys) byKey.set(key, [...(byKey.get(key) ?? []), one]);
  }
  const found = users.filter(
    ({ user, username, displayName }) =>
      displayName !== null &&
      byKey
        .get(keyOf(displayName))
        ?.some(
          (other) =>
            other.username !== username &&
            (user === null || other.user !== user),
        ),
  );
  return new Set(found.map(({ username }) => username));
}
