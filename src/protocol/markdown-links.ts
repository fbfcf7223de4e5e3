// Markdown links: find addresses in a text, and tell which are safe to open.

export interface LinkRange {
  readonly from: number;
  readonly to: number;
}

/** Finds the addresses in a part of a line, in order. */
export type FindLinks = (text: string) => readonly LinkRange[];

/** An address with a protocol. Marks around it are no part of it. */
const URL_PATTERN =
  /(?:https?:\/\/|mailto:)[^\s<>"`[\]\p{C}\u3000-\u303f\uff00-\uff65]+/giu;

/** The addresses that have a protocol. */
export function findUrls(text: string): LinkRange[] {
  return [...text.matchAll(URL_PATTERN)].flatMap(({ index, 0: found }) => {
    // A bracket belongs to the address if it was opened there.
    let extra = found.split(")").length - found.split("(").length;
    let length = trimmedLength(found, URL_ENDS);
    while (extra > 0 && found[length - 1] === ")") {
      extra--;
      length = trimmedLength(found, URL_ENDS, length - 1);
    }
    const isWhole = /^(?:https?:\/\/|mailto:)./i.test(found.slice(0, length));
    return isWhole ? [{ from: index, to: index + length }] : [];
  });
}

export const SIGNS = "*_~";
/** Signs that end a sentence or a mark rather than an address. */
const URL_ENDS = `${SIGNS}.,:;!?'`;

/** The length without those signs at the end. */
export function trimmedLength(
  text: string,
  signs: string,
  from = text.length,
): number {
  let length = from;
  while (length > 0 && signs.includes(text.charAt(length - 1))) length--;
  return length;
}

/** The text of an address cannot hide its host behind a name. */
const SAFE_HREF =
  /^(?:https?:\/\/[^\s/?#\\@]+(?:[/?#][^\s\\]*)?|mailto:[^\s\\]+)$/i;

/** @returns null if no page may open it */
export function toHref(words: string): string | null {
  const hasProtocol = /^(?:[a-z]+:\/\/|mailto:)/i.test(words);
  const other = words.includes("@") ? `mailto:${words}` : `https://${words}`;
  const href = hasProtocol ? words : other;
  return SAFE_HREF.test(href) && URL.canParse(href) ? href : null;
}
