// Plain text hook: gives a text without its Markdown marks, parsed again only if it changes.
import { useMemo } from "preact/hooks";
import { plainText } from "../plain-text.ts";
import { isLinkParserLoaded } from "../rich-text.ts";

export function usePlainText(text: string): string {
  return useMemo(() => plainText(text), [text, isLinkParserLoaded()]);
}
