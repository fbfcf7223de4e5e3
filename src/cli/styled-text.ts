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

/** How a part of a message is marked, beside its style. */
export type TextMark = "bold" | "italic" | "strike" | "code" | "link";

export interface StyledText {
  readonly text: string;
  readonly style: Style;
  readonly marks?: readonly TextMark[];
  /**
   * Shown only where the text has styles, or only where it has none: there the
   * source of its Markdown stands for them.
   */
  readonly only?: "styled" | "source";
}

/** A line, or several if a text contains line breaks. */
export type StyledLine = readonly StyledText[];

export function styled(text: string, style: Style = "plain"): StyledText {
  return { text, style };
}
