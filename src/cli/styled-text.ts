// Styled text: describes lines as pieces of text, each with a style, independent of a terminal.

/** The meaning of a text; `Colours` decides how it looks. */
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

/** A line, or several if a text contains line breaks. */
export type StyledLine = readonly StyledText[];

export function styled(text: string, style: Style = "plain"): StyledText {
  return { text, style };
}
