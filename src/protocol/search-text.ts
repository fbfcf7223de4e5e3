// Search text: a search and the texts that it looks through are folded alike, so that case and width do not count.
import { fold } from "./name-key.ts";

/** Marks that only choose between two looks of a character. */
const VARIATION = /[\ufe00-\ufe0f]/g;
const SINGLE_QUOTES = /[‘’‛′]/g;
const DOUBLE_QUOTES = /[“”„‟″]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
const ASCII = /^[\x00-\x7f]*$/;

/** Folds case and width as names do. Quotes of all shapes are plain ones. */
export function foldSearch(text: string): string {
  // Most texts need no more.
  if (ASCII.test(text)) return text.toLowerCase();
  return fold(text)
    .replace(SINGLE_QUOTES, "'")
    .replace(DOUBLE_QUOTES, '"')
    .replace(VARIATION, "")
    .normalize("NFC");
}

/** @returns the words of a search, folded, each once */
export function searchWords(text: string): string[] {
  const words = foldSearch(text).split(/\s+/u);
  return [...new Set(words)].filter((word) => word !== "");
}

/** Is there enough to look for? One plain character would be in almost every text. */
export function isSearchable(text: string): boolean {
  const words = searchWords(text);
  return words.length > 0 && !/^[\x21-\x7e]$/.test(words.join(""));
}

/** Does a text hold all words of a search, in any order? */
export function matchesSearch(text: string, words: readonly string[]): boolean {
  const folded = foldSearch(text);
  return words.every((word) => folded.includes(word));
}
