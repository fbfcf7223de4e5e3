// Names for those whose own is another app user's: the same for the same person, every time.
import { USERNAME_MAX } from "../../protocol/names.ts";
import { publicId } from "../shared/identity.ts";

/** No two of them, nor any pair, look alike: by `nameKey` they all differ. */
const LETTERS = "acdefhkpstxyz2345678";

/** Characters of the suffix at each further try. */
const LENGTHS = [4, 8, 12, 16] as const;

const BASE64URL =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * The name to try when the one before it was taken: `alice-k7pd`, then longer
 * ones, as far as the public id goes.
 *
 * @param username as `readUsername` spells it
 * @param tries how many names were taken: 1 after the plain one
 * @returns null when there is none left
 */
export function suffixedName(
  username: string,
  identity: string,
  tries: number,
): string | null {
  const length = LENGTHS[tries - 1];
  if (length === undefined) return null;
  const suffix = [...publicId(identity).slice(0, length)]
    .map((digit) => LETTERS[BASE64URL.indexOf(digit) % LETTERS.length])
    .join("");
  const characters = [...username].slice(0, USERNAME_MAX - 1 - length);
  return `${characters.join("")}-${suffix}`;
}
