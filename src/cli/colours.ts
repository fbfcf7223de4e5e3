// How each style looks in a terminal, and which colour belongs to which name.
import type { Style, StyledText } from "./styled-text.ts";

/** Colours that a terminal has: none, the eight of old, or 256. */
export type ColourDepth = "none" | "few" | "many";

const SGR: Readonly<Record<Exclude<Style, "name">, string>> = {
  plain: "",
  faint: "2",
  strong: "1",
  good: "32",
  warning: "33",
  bad: "31",
  private: "35",
  mention: "1;7",
};

/** Told apart from each other, and read on black as on white. */
const BASIC_PALETTE = [31, 32, 33, 34, 35, 36];
const EXTENDED_PALETTE = [
  31, 33, 35, 64, 67, 97, 130, 132, 136, 161, 166, 169, 172, 205,
];

/** What a terminal is told so that a span looks as it should. */
export class Colours {
  readonly depth: ColourDepth;

  constructor(depth: ColourDepth) {
    this.depth = depth;
  }

  /**
   * @param text of the span, or a part of it, already safe
   * @returns it between the sequences that begin and end its style
   */
  apply({ text: whole, style }: StyledText, text: string): string {
    if (this.depth === "none" || text === "") return text;
    const sgr = style === "name" ? this.#nameColour(whole) : SGR[style];
    return sgr === "" ? text : `\u001b[${sgr}m${text}\u001b[0m`;
  }

  /** The same name has the same colour, in every terminal and at any time. */
  #nameColour(name: string): string {
    const colours = this.depth === "many" ? EXTENDED_PALETTE : BASIC_PALETTE;
    const colour = colours[hash(name.toLowerCase()) % colours.length];
    return this.depth === "many" ? `38;5;${colour}` : `${colour}`;
  }
}

/** What of a terminal tells how many colours it has. */
export interface ColourOutput {
  readonly isTTY?: boolean;
  getColorDepth?(env?: object): number;
}

/**
 * No colours where nobody looks, or who looks wants none (https://no-color.org).
 */
export function colourDepth(
  output: ColourOutput,
  env: Readonly<Record<string, string | undefined>>,
): ColourDepth {
  if (env.NO_COLOR || !output.isTTY) return "none";
  const bits = output.getColorDepth?.(env) ?? 1;
  if (bits >= 8) return "many";
  return bits >= 4 ? "few" : "none";
}

/** FNV-1a. */
function hash(text: string): number {
  let hashed = 0x811c9dc5;
  for (const character of text) {
    hashed ^= character.codePointAt(0) ?? 0;
    hashed = Math.imul(hashed, 0x01000193);
  }
  return hashed >>> 0;
}
