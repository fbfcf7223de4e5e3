// Colours: turn styles into terminal sequences, and give each username its own colour.
import type { Style, StyledLine, StyledText, TextMark } from "./styled-text.ts";

/** The colours of a terminal: none, the 8 basic ones, or 256. */
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

const MARK_SGR: Readonly<Record<TextMark, string>> = {
  bold: "1",
  italic: "3",
  strike: "9",
  code: "36",
  link: "4",
};

/** These differ from each other, and are readable on black and on white. */
const BASIC_PALETTE = [31, 32, 33, 34, 35, 36];
const EXTENDED_PALETTE = [
  31, 33, 35, 64, 67, 97, 130, 132, 136, 161, 166, 169, 172, 205,
];

/** Adds the terminal sequences of a style to its text. */
export class Colours {
  readonly depth: ColourDepth;

  constructor(depth: ColourDepth) {
    this.depth = depth;
  }

  /**
   * @param text of the styled text, or a part of it, already safe
   * @returns the text between the sequences that begin and end its style
   */
  apply({ text: whole, style, marks = [] }: StyledText, text: string): string {
    if (this.depth === "none" || text === "") return text;
    const sgr = [
      style === "name" ? this.#nameColour(whole) : SGR[style],
      ...marks.map((mark) => MARK_SGR[mark]),
    ]
      .filter((code) => code !== "")
      .join(";");
    return sgr === "" ? text : `\u001b[${sgr}m${text}\u001b[0m`;
  }

  /** The parts that are shown: styles, or the source that stands for them. */
  shown(line: StyledLine): StyledLine {
    const hidden = this.depth === "none" ? "styled" : "source";
    return line.filter(({ only }) => only !== hidden);
  }

  /** A name has the same colour in every terminal and at any time. */
  #nameColour(name: string): string {
    const colours = this.depth === "many" ? EXTENDED_PALETTE : BASIC_PALETTE;
    const colour = colours[hash(name.toLowerCase()) % colours.length];
    return this.depth === "many" ? `38;5;${colour}` : `${colour}`;
  }
}

/** The parts of a terminal that tell how many colours it has. */
export interface ColourOutput {
  readonly isTTY?: boolean;
  getColorDepth?(env?: object): number;
}

/** No colours in a pipe, nor if the user wants none (https://no-color.org). */
export function colourDepth(
  output: ColourOutput,
  env: Readonly<Record<string, string | undefined>>,
): ColourDepth {
  if (env.NO_COLOR || !output.isTTY) return "none";
  const bits = output.getColorDepth?.(env) ?? 1;
  if (bits >= 8) return "many";
  return bits >= 4 ? "few" : "none";
}

/** The hash FNV-1a. */
function hash(text: string): number {
  let hashed = 0x811c9dc5;
  for (const character of text) {
    hashed ^= character.codePointAt(0) ?? 0;
    hashed = Math.imul(hashed, 0x01000193);
  }
  return hashed >>> 0;
}
