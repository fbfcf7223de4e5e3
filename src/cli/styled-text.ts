// What is to be shown, before there is a terminal: pieces of text, each with what it is, and lines of them.

/** What a piece of text is; how it looks is up to `Colours`. */
export type Style =
  | "plain"
  | "faint"
  | "strong"
  | "good"
  | "warning"
  | "bad"
  | "private"
  | "mention"
  | "name";

export interface StyledText {
  readonly text: string;
  readonly style: Style;
}

/** One line, or several where a text has line breaks. */
export type StyledLine = readonly StyledText[];

export function styled(text: string, style: Style = "plain"): StyledText {
  return { text, style };
}
