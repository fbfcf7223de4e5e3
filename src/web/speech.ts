// What a text that somebody typed is to become: said to the room, or to one person alone.
import { readUsername } from "../protocol/names.ts";
import { isVisible } from "../protocol/visible-text.ts";

export type Speech =
  | { readonly kind: "nothing" }
  | { readonly kind: "room"; readonly text: string }
  | { readonly kind: "private"; readonly to: string; readonly text: string };

/** What no text may hold: controls but newline and tab, bidi overrides. */
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: taken out here
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/g;

/**
 * A text in a room that begins with `@bob ` goes to bob alone, as it does when
 * it is typed by hand: whoever meant a secret must not have told the room.
 */
export function readSpeech(typed: string): Speech {
  const text = cleaned(typed);
  if (text === "") return { kind: "nothing" };
  const [, name = "", rest = ""] =
    /^@(\S+?)[,:]?\s+(\S[\s\S]*)$/.exec(text) ?? [];
  const to = readUsername(name);
  if (to === null) return { kind: "room", text };
  return isVisible(rest)
    ? { kind: "private", to, text: rest }
    : { kind: "nothing" };
}

/**
 * As the server takes it: pasted controls gone, no blanks around it; "" for
 * what shows as nothing.
 */
export function cleaned(typed: string): string {
  const text = typed
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(FORBIDDEN, "")
    .toWellFormed()
    .trim();
  return isVisible(text) ? text : "";
}

/** To whom it goes alone, as far as it is typed; null for the room. */
export function whisperTo(typed: string): string | null {
  const [, name = ""] = /^\s*@(\S+?)[,:]?\s/.exec(typed) ?? [];
  return readUsername(name);
}
