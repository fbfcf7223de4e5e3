// A text cut into what is plain, what is a link, and what is one's own name.
import { signal } from "@preact/signals";
import { mentionPattern } from "./mentions.ts";

export type RichTextPart =
  | { readonly kind: "plain" | "mention"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string };

/** Where a link may lead. What else looks like one stays text. */
const SAFE_PROTOCOLS = new Set(["http:", "https:", "mailto:"]);

type Tokenize = typeof import("linkifyjs").tokenize;

/** null until it is loaded: it knows all domains, and is large. */
const tokenize = signal<Tokenize | null>(null);

/** Loads what finds links. Without it they stay text. */
export async function loadLinkParser(): Promise<void> {
  try {
    const linkify = await import("linkifyjs");
    tokenize.value = linkify.tokenize;
  } catch {
    // The network is gone, or a new release has taken the file away.
  }
}

/**
 * In order and without loss: the texts of the parts, joined, are the text.
 *
 * @param me one's own name; "" for nobody's
 */
export function parseRichText(text: string, me: string): RichTextPart[] {
  const parts: RichTextPart[] = [];
  let plain = "";
  const flush = () => {
    if (plain !== "") parts.push(...splitMentions(plain, me));
    plain = "";
  };
  const tokens = tokenize.value?.(text);
  if (tokens === undefined) return splitMentions(text, me);
  for (const token of tokens) {
    const words = token.toString();
    const href = token.isLink ? safeHref(token.toHref("https")) : null;
    if (href === null) plain += words;
    else {
      flush();
      parts.push({ kind: "link", text: words, href });
    }
  }
  flush();
  return parts;
}

/** null where it leads to nowhere that is safe. */
export function safeHref(href: string): string | null {
  if (!URL.canParse(href)) return null;
  const url = new URL(href);
  // A name and password before the host only ever hide where a link leads.
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
