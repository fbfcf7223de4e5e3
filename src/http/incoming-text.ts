// Incoming text: makes a text that a room accepts of the texts that other services send.
import { hasStackedMarks, isVisible } from "../protocol/visible-text.ts";

/** Lines of details in one message. */
export const LINES_MAX = 10;

/**
 * Controls but newline and tab, bidi overrides, and halves of surrogate pairs: a
 * room refuses them.
 */
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removed here
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]|\p{Surrogate}/gu;
const MARKS = /[\p{Mn}\p{Me}]/gu;

/**
 * @param max code points
 * @returns null if nothing of it can be seen
 */
export function acceptableText(text: string, max: number): string | null {
  const plain = text
    .replaceAll("\r\n", "\n")
    .replace(FORBIDDEN, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
  const shown = hasStackedMarks(plain) ? plain.replace(MARKS, "") : plain;
  const points = [...shown];
  const short =
    points.length <= max ? shown : `${points.slice(0, max - 1).join("")}…`;
  return isVisible(short) ? short : null;
}

/** The first line of a text. */
export function firstLine(text: string): string {
  return text.split("\n", 1)[0]?.trim() ?? "";
}

/** The parts that say something, with a blank between. */
export function words(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join(" ");
}

/** Lines, of which the last says how many more there are. */
export function boundedLines(lines: readonly string[]): string[] {
  return lines.length <= LINES_MAX
    ? [...lines]
    : [...lines.slice(0, LINES_MAX), `and ${lines.length - LINES_MAX} more`];
}
