// Emoji search: finds emoji by their names and keywords in English and Chinese.
import type { Language } from "./locale.ts";

/** Offered at once, without the list. */
export const QUICK_EMOJI = ["👍", "❤️", "😂", "🎉", "😮", "🙏"] as const;

export interface Emoji {
  readonly sign: string;
  readonly names: Readonly<Record<Language, string>>;
  /** The names and keywords of all languages, in lower case. */
  readonly words: readonly string[];
}

/** The groups of emoji in their usual order: faces, people, animals... */
export type EmojiGroups = readonly (readonly Emoji[])[];

/** @param english the list with the signs. Both have the same order */
export function readEmoji(english: string, chinese: string): EmojiGroups {
  const chineseLines = chinese.trim().split("\n");
  return english
    .trim()
    .split("\n")
    .map((line, group) => {
      const inChinese = (chineseLines[group] ?? "").split("|");
      return line.split("|").map((entry, index) => {
        const [sign = "", ...words] = entry.split(",");
        const others = (inChinese[index] ?? "").split(",");
        return {
          sign,
          names: { en: words[0] ?? "", zh: others[0] ?? "" },
          words: [...words, ...others].map((word) => word.toLowerCase()),
        };
      });
    });
}

/** Emoji that a search shows. */
const FOUND_MAX = 60;

/**
 * Finds the emoji that have all words of the query, the best match first: a
 * whole name before the begin of a word, and that before any other place.
 */
export function findEmoji(groups: EmojiGroups, query: string): Emoji[] {
  const parts = query
    .normalize("NFKC")
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean);
  if (parts.length === 0) return [];
  const found: { emoji: Emoji; rank: number }[] = [];
  for (const emoji of groups.flat()) {
    const ranks = parts.map((part) => rankOf(emoji, part));
    const rank = Math.max(...ranks);
    if (emoji.sign === query.trim() || rank < NO_MATCH)
      found.push({ emoji, rank });
  }
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, FOUND_MAX)
    .map(({ emoji }) => emoji);
}

const NO_MATCH = 4;

/** 0: it is a word of the emoji, up to 3: it is somewhere in a word. */
function rankOf({ names, words }: Emoji, part: string): number {
  const isName = Object.values(names).some(
    (name) => name.toLowerCase() === part,
  );
  if (isName) return 0;
  const singles = words.flatMap((word) => word.split(/[\s-]/));
  if (singles.includes(part) || words.includes(part)) return 1;
  if (singles.some((one) => one.startsWith(part))) return 2;
  return words.some((word) => word.includes(part)) ? 3 : NO_MATCH;
}
