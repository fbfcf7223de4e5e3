// Link parser: parses the Markdown of a text, finds its links and makes their labels; the page loads it after its first load.
import { tokenize } from "linkifyjs";
import { parseMarkdown } from "../protocol/markdown.ts";
import type { LinkRange } from "../protocol/markdown-links.ts";
import type { MarkdownNode } from "../protocol/markdown-nodes.ts";

export { linkText } from "./link-text.ts";

/** Finds domains without a protocol too. */
function findLinks(text: string): LinkRange[] {
  const ranges: LinkRange[] = [];
  let from = 0;
  for (const token of tokenize(text)) {
    const to = from + token.toString().length;
    if (token.isLink) ranges.push({ from, to });
    from = to;
  }
  return ranges;
}

/** Parses a text. The sources of the nodes, joined, are the text. */
export function parse(text: string): MarkdownNode[] {
  return parseMarkdown(text, { findLinks });
}
