// A text cut into what is plain, what is a link, and what is one's own name.
import { signal } from "@preact/signals";
import { mentionPattern } from "./mentions.ts";

export type Part =
  | { readonly kind: "plain" | "mention"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string };

/** Where a link may lead. What else looks like one stays text. */
const SAFE = new Set(["http:", "https:", "mailto:"]);

type Tokenize = typeof import("linkifyjs").tokenize;

/** null until it is loaded: it knows all domains, and is large. */
const tokenize = signal<Tokenize | null>(null);

/** Loads what finds links. Without it they stay text. */
export async function loadLinks(): Promise<void> {
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
export function partsOf(text: string, me: string): Part[] {
  const parts: Part[] = [];
  let plain = "";
  const flush = () => {
    if (plain !== "") parts.push(...mentions(plain, me));
    plain = "";
  };
  const tokens = tokenize.value?.(text);
  if (tokens === undefined) return mentions(text, me);
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
  return SAFE.has(url.protocol) && isHonest ? url.href : null;
}

function mentions(text: string, me: string): Part[] {
  if (me === "") return [{ kind: "plain", text }];
  const parts: Part[] = [];
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
