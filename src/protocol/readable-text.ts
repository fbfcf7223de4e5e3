// Readable text: formats a user's text as lines for a terminal, none of which can look like another message.
import { isVisible } from "./visible-text.ts";

/** All characters that some program takes for a line end. */
const lineBreak = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/;

/** Puts "  | " before each line except the first. */
export function readableLines(text: string): string {
  if (!isVisible(text)) return "(nothing that can be seen)";
  return text.split(lineBreak).join("\n  | ");
}
