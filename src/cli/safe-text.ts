// Safe text: removes everything from foreign text that moves a cursor, changes colours or reorders text.
import { MARKS_MAX } from "../protocol/visible-text.ts";

/**
 * Combining marks beyond the limit of a letter. They are counted after
 * invisible characters are removed, which separate no marks on the screen.
 */
const EXCESS_MARKS = new RegExp(
  String.raw`(?<=(?:[\p{Mn}\p{Me}]\p{Cf}*){${MARKS_MAX}})[\p{Mn}\p{Me}]`,
  "gu",
);

/** Most texts match, and need no further check. */
const PLAIN = /^[ -~\n]*$/;

/**
 * One match at a time: an emoji as Unicode lists it, with its joiners; a joiner
 * that a script needs between letters; a character that must not reach a
 * terminal.
 */
const SPECIAL = new RegExp(
  [
    String.raw`(?<emoji>(?=\p{Emoji})\p{RGI_Emoji})`,
    String.raw`(?<joiner>(?<=[\p{scx=Arab}\p{scx=Deva}\p{scx=Beng}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Taml}\p{scx=Telu}\p{scx=Mong}\p{scx=Khmr}]\p{M}*)[\u200c\u200d](?=[\p{L}\p{M}]))`,
    String.raw`(?<presentation>(?<=[\p{Emoji}])[\ufe0e\ufe0f])`,
    String.raw`(?<break>\r\n|[\n\v\f\r\u0085\u2028\u2029])`,
    String.raw`(?<tab>\t)`,
    String.raw`(?<control>[\u0000-\u001f\u007f])`,
    String.raw`(?<other>[\u0080-\u009f\ufff9-\ufffc\p{Cs}\p{Co}\p{Noncharacter_Code_Point}])`,
    String.raw`(?<unseen>[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Cf}\u2800])`,
  ].join("|"),
  "gv",
);

/**
 * The text without anything that acts on a terminal, and without invisible
 * characters. All kinds of line breaks become `\n`; control characters become
 * visible symbols, such as ␛ for escape; bidi controls and zero-width
 * characters are removed, except those in an emoji or in the spelling of a
 * script.
 *
 * All foreign text passes here on its way to the screen.
 */
export function safeText(text: string): string {
  if (PLAIN.test(text)) return text;
  return replaceUnsafe(text).replace(EXCESS_MARKS, "");
}

function replaceUnsafe(text: string): string {
  return text.replace(SPECIAL, (...match) => {
    const groups: Readonly<Record<string, string | undefined>> = match.at(-1);
    const [kind, piece = ""] =
      Object.entries(groups).find(([, one]) => one !== undefined) ?? [];
    switch (kind) {
      case "emoji":
      case "joiner":
      case "presentation":
        return piece;
      case "break":
        return "\n";
      case "tab":
        return "    ";
      case "control":
        return controlPicture(piece);
      case "other":
        return "\ufffd";
      default:
        return "";
    }
  });
}

/** As `safeText`, in one line. */
export function safeLine(text: string): string {
  return safeText(text).replaceAll("\n", " ");
}

/** JSON in one line of plain characters, which parses to the same value. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\p{Cf}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]/gv,
    (character) =>
      [...Array(character.length).keys()]
        .map((at) => {
          const unit = character.charCodeAt(at).toString(16);
          return `\\u${unit.padStart(4, "0")}`;
        })
        .join(""),
  );
}

function controlPicture(control: string): string {
  const code = control.charCodeAt(0);
  return code === 0x7f ? "␡" : String.fromCharCode(0x2400 + code);
}
