// Avatar style: computes the initial and the colour that stand for a username.
import { splitGraphemes } from "./graphemes.ts";
import { nameKey } from "./name-key.ts";

/** What stands for a name in a small circle: its first grapheme, in capitals. */
export function avatarInitial(name: string): string {
  const [first = ""] = splitGraphemes(name);
  return first.toUpperCase();
}

/** Shades there are for names. */
export const AVATAR_SHADES = 8;

/** The shade of a name, the same everywhere: 0 to `AVATAR_SHADES` - 1. */
export function avatarShade(name: string): number {
  let hash = 0;
  for (const character of nameKey(name))
    hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return hash % AVATAR_SHADES;
}
