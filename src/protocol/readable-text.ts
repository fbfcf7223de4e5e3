// Readable text: a text of a user as lines for a terminal, of which none can pass for another message.
import { isVisible } from "./visible-text.ts";

/** Everything that some program takes for the end of a line. */
const lineBreak = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/;

/** All lines of a text but the first begin with "  | ". */
export function readableLines(text: string): string {
  if (!isVisible(text)) return "(nothing that can be seen)";
  return text.split(lineBreak).join("\n  | ");
}
