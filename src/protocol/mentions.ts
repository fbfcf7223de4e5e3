// Mentions: find the names that a text mentions by an @, outside of code.
import * as LIMITS from "./limits.ts";
import { readUsername } from "./names.ts";

/** In these scripts a name may touch the words beside it. */
const UNSPACED = String.raw`\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}`;
const LETTERS = String.raw`\p{L}\p{M}\p{Nd}_`;
/**
 * Neither the host of a mail address nor a path of a URL is a name. A name is
 * shorter than the run that is read, however it is composed.
 */
const MENTION = new RegExp(
  String.raw`(?<![[${LETTERS}@\/]--[${UNSPACED}]])@([\p{L}\p{Nd}][${LETTERS}.\-]{0,127})`,
  "gv",
);
/** A shorter name may end here: before a mark, or between such letters. */
const SHORTER_END = new RegExp(`(?=[._\\-])|(?<=[${UNSPACED}])`, "gv");
/** So many shorter names are tried for one mention. */
const SHORTER_MAX = 8;

/**
 * @returns for each mention in the text the names that it may be, normalized, the
 * longest first; at most `mentionsPerMessageMax` mentions
 */
export function mentionedNames(text: string): string[][] {
  if (!text.includes("@")) return [];
  const found = new Map<string, string[]>();
  for (const [, run = ""] of withoutCode(text).matchAll(MENTION)) {
    const names = namesIn(run);
    const [longest] = names;
    if (longest === undefined || found.has(longest)) continue;
    found.set(longest, names);
    if (found.size === LIMITS.mentionsPerMessageMax) break;
  }
  return [...found.values()];
}

function namesIn(run: string): string[] {
  const ends = [...run.matchAll(SHORTER_END)].map(({ index }) => index);
  const shorter = ends.filter((end) => end > 0 && end < run.length);
  const names = [run.length, ...shorter.slice(-SHORTER_MAX).reverse()]
    .map((end) => readUsername(run.slice(0, end).replace(/\.+$/, "")))
    .filter((name) => name !== null);
  return [...new Set(names)];
}

interface Run {
  readonly from: number;
  readonly length: number;
  /** The index of the next run of the same length; null: there is none. */
  readonly closedBy: number | null;
}

/** Puts a space in the place of each code span and code block. */
export function withoutCode(text: string): string {
  if (!text.includes("`")) return text;
  const runs = backtickRuns(text);
  let plain = "";
  let at = 0;
  for (let i = 0; i < runs.length; i++) {
    const run = runs[i];
    if (run === undefined) break;
    const { from, length, closedBy } = run;
    const isFence = length >= 3 && (from === 0 || text[from - 1] === "\n");
    if (closedBy === null && !isFence) continue;
    plain += `${text.slice(at, from)} `;
    if (closedBy === null) return plain;
    i = closedBy;
    at = (runs[closedBy]?.from ?? text.length) + length;
  }
  return plain + text.slice(at);
}

function backtickRuns(text: string): Run[] {
  const found = [...text.matchAll(/`+/g)];
  const next = new Map<number, number>();
  const runs: Run[] = [];
  for (let i = found.length - 1; i >= 0; i--) {
    const { index: from = 0, 0: ticks = "" } = found[i] ?? {};
    const { length } = ticks;
    runs.push({ from, length, closedBy: next.get(length) ?? null });
    next.set(length, i);
  }
  return runs.reverse();
}
