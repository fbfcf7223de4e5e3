// Name suffix: an app user whose name another app user has gets a name with a suffix, the same one each time.
import { USERNAME_MAX } from "../../protocol/names.ts";
import { publicId } from "../shared/identity.ts";

/** By `nameKey` all of these letters differ, and all pairs of them. */
const LETTERS = "acdefhkpstxyz2345678";

/** Length of the suffix at each attempt, in characters. */
const LENGTHS = [4, 8, 12, 16] as const;

const BASE64URL =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * Makes the name to try after a taken one: `alice-k7pd`, then longer ones. The
 * suffix is made from the public id of the identity.
 *
 * @param username as `readUsername` spells it
 * @param attempt 1 for the shortest suffix
 * @returns null if no longer suffix is left
 */
export function suffixedName(
  username: string,
  identity: string,
  attempt: number,
): string | null {
  const length = LENGTHS[attempt - 1];
  if (length === undefined) return null;
  const suffix = [...publicId(identity).slice(0, length)]
    .map((digit) => LETTERS[BASE64URL.indexOf(digit) % LETTERS.length])
    .join("");
  const characters = [...username].slice(0, USERNAME_MAX - 1 - length);
  return `${characters.join("")}-${suffix}`;
}
