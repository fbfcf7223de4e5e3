// Rich text: splits a message into plain text, links and mentions of the user.
import { signal } from "@preact/signals";
import { mentionPattern } from "./mentions.ts";

export type RichTextPart =
  | { readonly kind: "plain" | "mention"; readonly text: string }
  | {
      readonly kind: "link";
      readonly text: string;
      readonly href: string;
      /** The text as the page shows it, by `linkText`. */
      readonly label: string;
    };

/** Other protocols stay plain text. */
const SAFE_PROTOCOLS = new Set(["http:", "https:", "mailto:"]);

type LinkParser = typeof import("./link-parser.ts");

/** null until the parser is loaded. It contains all domains and is large. */
const linkParser = signal<LinkParser | null>(null);

/** Loads the link parser. Without it links stay plain text. */
export async function loadLinkParser(): Promise<void> {
  try {
    linkParser.value = await import("./link-parser.ts");
  } catch {
    // There is no network, or a new release has removed the file.
  }
}

/**
 * Splits a text. The parts, joined, are the whole text.
 *
 * @param me the name of the user; "" finds no mentions
 */
export function parseRichText(text: string, me: string): RichTextPart[] {
  const parts: RichTextPart[] = [];
  let plain = "";
  const flush = () => {
    if (plain !== "") parts.push(...splitMentions(plain, me));
    plain = "";
  };
  const parser = linkParser.value;
  if (parser === null) return splitMentions(text, me);
  for (const token of parser.tokenize(text)) {
    const words = token.toString();
    const href = token.isLink ? safeHref(token.toHref("https")) : null;
    if (href === null) plain += words;
    else {
      flush();
      const label = parser.linkText(words, href);
      parts.push({ kind: "link", text: words, href, label });
    }
  }
  flush();
  return parts;
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
