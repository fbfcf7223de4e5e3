// Plain text: gives the text of a message without its Markdown marks, as quotes, pins and search results show it.
import { parseRichText, type RichTextPart } from "./rich-text.ts";

/**
 * @returns the text as written while the link parser is not loaded, and where
 *   it has marks alone
 */
export function plainText(text: string): string {
  const shown = joinParts(parseRichText(text, "")).replace(/\n{2,}/g, "\n");
  return shown.trim() || text;
}

function joinParts(parts: readonly RichTextPart[]): string {
  return parts.map(partText).join("");
}

function partText(part: RichTextPart): string {
  switch (part.kind) {
    case "plain":
    case "mention":
      return part.text;
    case "syntax":
      return "";
    case "link":
      return part.children === null ? part.label : joinParts(part.children);
    case "codeBlock":
      return `\n${part.code}\n`;
    case "bold":
    case "italic":
    case "strike":
    case "code":
      return joinParts(part.children);
    case "quote":
    case "list":
      return `\n${joinParts(part.children)}\n`;
    case "item": {
      const { number, children } = part;
      const mark = typeof number === "number" ? `${number}.` : "•";
      return `\n${mark} ${joinParts(children)}`;
    }
    default:
      return part satisfies never;
  }
}
