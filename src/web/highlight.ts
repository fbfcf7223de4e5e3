// Highlight: splits a text that a search has found into the words of the search and the text around them.
import { splitGraphemes } from "./graphemes.ts";

export interface TextPart {
  readonly text: string;
  /** It is one of the words. */
  readonly isHit: boolean;
}

/** Characters that are shown before the first word of a long text. */
const LEAD = 40;
/** A text begins with its first character, if the word is not further in than this. */
const LEAD_MAX = 80;

/** The words of a search, and the folding by which a text has them. */
export interface SearchedWords {
  readonly words: readonly string[];
  fold(text: string): string;
}

/** @returns the text from shortly before the first word on */
export function highlight(text: string, searched: SearchedWords): TextPart[] {
  const characters = [...splitGraphemes(text.replace(/\s+/gu, " "))];
  const hits = findHits(characters, searched);
  const first = hits.indexOf(true);
  const start = first > LEAD_MAX ? first - LEAD : 0;
  const parts: { text: string; isHit: boolean }[] = [];
  if (start > 0) parts.push({ text: "…", isHit: false });
  for (const [index, character] of characters.entries()) {
    if (index < start) continue;
    const isHit = hits[index] === true;
    const last = parts.at(-1);
    if (last?.isHit === isHit) last.text += character;
    else parts.push({ text: character, isHit });
  }
  return parts;
}

/**
 * The parts of the text that a user reads. If the words are only in what it
 * hides, as the address of a link, they are those of the written text.
 *
 * @param shown the text without its marks
 */
export function highlightShown(
  shown: string,
  written: string,
  searched: SearchedWords,
): TextPart[] {
  const parts = highlight(shown, searched);
  if (parts.some(({ isHit }) => isHit)) return parts;
  const all = highlight(written, searched);
  return all.some(({ isHit }) => isHit) ? all : parts;
}

/** @returns for each character whether it is in one of the words */
function findHits(
  characters: readonly string[],
  { words, fold }: SearchedWords,
): boolean[] {
  const hits = characters.map(() => false);
  let folded = "";
  /** The character of each unit of the folded text. */
  const places: number[] = [];
  for (const [index, character] of characters.entries()) {
    const units = fold(character);
    folded += units;
    for (let i = 0; i < units.length; i++) places.push(index);
  }
  for (const word of words) {
    let at = folded.indexOf(word);
    while (at >= 0) {
      for (let i = at; i < at + word.length; i++) hits[places[i] ?? -1] = true;
      at = folded.indexOf(word, at + word.length);
    }
  }
  return hits;
}
