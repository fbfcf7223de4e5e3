// Avatar style: computes the initial and the colour that stand for a username.
import { splitGraphemes } from "./graphemes.ts";
import { nameKey } from "./name-key.ts";

/** The first grapheme of a name, in capitals. */
export function avatarInitial(name: string): string {
  const [first = ""] = splitGraphemes(name);
  return first.toUpperCase();
}

/** The number of shades. */
export const AVATAR_SHADES = 8;

/** The shade of a name, the same on every device: 0 to `AVATAR_SHADES` - 1. */
export function avatarShade(name: string): number {
  let hash = 0;
  for (const character of nameKey(name))
    hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return hash % AVATAR_SHADES;
}
