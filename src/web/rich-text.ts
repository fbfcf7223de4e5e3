// Rich text: parses a message into plain text, marks, code, quotes, lists, links and mentions of the user.
import { signal } from "@preact/signals";
import type { MarkdownNode } from "../protocol/markdown-nodes.ts";
import { mentionPattern } from "./mentions.ts";

/** A part of a message. `text` is what the author wrote. */
export type RichTextPart =
  /** `syntax` is markup, which is not shown. */
  | { readonly kind: "plain" | "mention" | "syntax"; readonly text: string }
  | {
      readonly kind: "link";
      readonly text: string;
      readonly href: string;
      /** The address as the page shows it, by `linkText`. */
      readonly label: string;
      /** What the author called it; null: the address stands for itself. */
      readonly children: readonly RichTextPart[] | null;
    }
  | {
      readonly kind: "codeBlock";
      readonly text: string;
      readonly language: string;
      readonly code: string;
    }
  | {
      readonly kind: "bold" | "italic" | "strike" | "code" | "quote";
      readonly text: string;
      readonly children: readonly RichTextPart[];
    }
  | {
      readonly kind: "list" | "item";
      readonly text: string;
      readonly children: readonly RichTextPart[];
      /** Of a list: it has numbers. Of an item: its number. */
      readonly number: number | boolean | null;
    };

/** Other protocols stay plain text. */
const SAFE_PROTOCOLS = new Set(["http:", "https:", "mailto:"]);

type LinkParser = typeof import("./link-parser.ts");

/** null until the parser is loaded. It contains all domains and is large. */
const linkParser = signal<LinkParser | null>(null);

/** Loads the link parser. Without it links and marks stay plain text. */
export async function loadLinkParser(): Promise<void> {
  try {
    linkParser.value = await import("./link-parser.ts");
  } catch {
    // There is no network, or a new release has removed the file.
  }
}

/** True once `parseRichText` finds more than mentions. */
export function isLinkParserLoaded(): boolean {
  return linkParser.value !== null;
}

/**
 * Parses a text. The parts, joined, are the whole text.
 *
 * @param me the name of the user; "" finds no mentions
 */
export function parseRichText(text: string, me: string): RichTextPart[] {
  const parser = linkParser.value;
  if (parser === null) return splitMentions(text, me);
  return toParts(parser.parse(text), me, parser);
}

function toParts(
  nodes: readonly MarkdownNode[],
  me: string,
  parser: LinkParser,
): RichTextPart[] {
  return nodes.flatMap((node): RichTextPart[] => {
    const { source: text } = node;
    const children = () =>
      "children" in node ? toParts(node.children, me, parser) : [];
    switch (node.kind) {
      case "text":
        return splitMentions(text, me);
      case "syntax":
        return [{ kind: node.kind, text }];
      case "link": {
        const href = safeHref(node.href);
        if (href === null) return splitMentions(text, me);
        const words = node.isBare ? text : node.href;
        const label = parser.linkText(words, href);
        const named = node.isBare ? null : children();
        return [{ kind: node.kind, text, href, label, children: named }];
      }
      case "code": {
        // A name in code mentions nobody.
        const code = toParts(node.children, "", parser);
        return [{ kind: node.kind, text, children: code }];
      }
      case "codeBlock": {
        const { language } = node;
        const code = node.children
          .map(({ kind, source }) => (kind === "text" ? source : ""))
          .join("");
        return [{ kind: node.kind, text, language, code }];
      }
      case "list":
      case "item": {
        const number = node.kind === "item" ? node.number : node.isOrdered;
        return [{ kind: node.kind, text, number, children: children() }];
      }
      default:
        return [{ kind: node.kind, text, children: children() }];
    }
  });
}

/** Returns null for an unsafe target. */
export function safeHref(href: string): string | null {
  if (!URL.canParse(href)) return null;
  const url = new URL(href);
  // A username and password in a URL only hide its real host.
  const isHonest = url.username === "" && url.password === "";
  return SAFE_PROTOCOLS.has(url.protocol) && isHonest ? url.href : null;
}

function splitMentions(text: string, me: string): RichTextPart[] {
  if (me === "") return [{ kind: "plain", text }];
  const parts: RichTextPart[] = [];
  let from = 0;
  for (const { index, 0: found } of text.matchAll(mentionPattern(me))) {
    if (index > from)
      parts.push({ kind: "plain", text: text.slice(from, index) });
    parts.push({ kind: "mention", text: found });
    from = index + found.length;
  }
  if (from < text.length) parts.push({ kind: "plain", text: text.slice(from) });
  return parts;
}
