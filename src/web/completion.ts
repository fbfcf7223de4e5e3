// Completion: finds the names, emoji and commands that a word in the field may become.
import type { EmojiGroups } from "./emoji-search.ts";
import { findEmoji } from "./emoji-search.ts";

export interface CompletionQuery {
  readonly kind: "name" | "emoji" | "command";
  /** The word in the text, with its first sign. */
  readonly from: number;
  readonly to: number;
  /** What stands behind the first sign, in lower case. */
  readonly prefix: string;
}

export interface CompletionOption {
  /** Takes the place of the word. */
  readonly value: string;
  /** A username, the name of an emoji, or the form of a command. */
  readonly label: string;
}

export interface Completion extends CompletionQuery {
  readonly options: readonly CompletionOption[];
  /** The option that Enter takes; -1: Enter sends the text. */
  readonly active: number;
}

/** A list that is longer helps nobody to find. */
const OPTIONS_MAX = 50;

/**
 * An address such as carol@example.com has no name to complete. Scripts
 * without spaces may stand in front.
 */
const NAME =
  /(?<![\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}_.@-])[@＠]([\p{L}\p{M}\p{Nd}_.-]{0,32})$/u;
/**
 * Behind a blank, since a colon within a sentence is common in scripts without
 * spaces. A face such as :D is shorter, and a time such as 10:30 has no letter.
 */
const EMOJI = /(?<!\S):(\p{L}[\p{L}\p{M}\p{N}_+-]{1,32}):?$/u;
const COMMAND = /^\/([\p{L}\p{N}_-]{0,32})$/u;

/**
 * Finds the word before the cursor that can be completed.
 *
 * @param mayCommand false: the text is an edit, which is no command
 */
export function readQuery(
  text: string,
  cursor: number,
  mayCommand: boolean,
): CompletionQuery | null {
  const before = text.slice(0, cursor);
  const start = Math.max(0, cursor - MAX_UNITS);
  const near = before.slice(start);
  const command = mayCommand ? COMMAND.exec(before) : null;
  const found: [CompletionQuery["kind"], RegExpExecArray | null][] = [
    ["command", command],
    ["name", NAME.exec(near)],
    ["emoji", EMOJI.exec(near)],
  ];
  const [kind, match] = found.find(([, one]) => one !== null) ?? [];
  if (kind === undefined || !match) return null;
  const from = cursor - match[0].length;
  return { kind, from, to: cursor, prefix: fold(match[1] ?? "") };
}

/** More than a name or a word of an emoji has. */
const MAX_UNITS = 80;

/**
 * @param names usernames, the most likely ones first
 * @param otherNameOf the display name, which may differ
 */
export function nameOptions(
  names: readonly string[],
  prefix: string,
  otherNameOf: (name: string) => string | null,
): CompletionOption[] {
  return [...new Set(names)]
    .filter((name) =>
      [name, ...(otherNameOf(name) ?? "").split(/\s+/)].some((word) =>
        fold(word).startsWith(prefix),
      ),
    )
    .slice(0, OPTIONS_MAX)
    .map((name) => ({ value: `@${name}`, label: name }));
}

/** @param forms lines such as `/block bob`; the first word is the command */
export function commandOptions(
  forms: readonly string[],
  prefix: string,
): CompletionOption[] {
  return forms
    .map((form) => ({ value: form.split(" ")[0] ?? "", label: form }))
    .filter(({ value }) => value.startsWith(`/${prefix}`))
    .sort((a, b) => rank(a, prefix) - rank(b, prefix))
    .slice(0, OPTIONS_MAX);
}

/** A command that is typed to its end comes first. */
function rank({ value }: CompletionOption, prefix: string): number {
  return value === `/${prefix}` ? 0 : 1;
}

/** @param nameOf the name in the language of the page */
export function emojiOptions(
  groups: EmojiGroups,
  prefix: string,
  nameOf: (emoji: { names: Readonly<Record<"en" | "zh", string>> }) => string,
): CompletionOption[] {
  const words = prefix.replaceAll(/[_-]/g, " ");
  const found = findEmoji(groups, words).map((emoji) => ({
    ...{ value: emoji.sign, label: nameOf(emoji) },
  }));
  // The name that is shown comes before other names and keywords.
  const isNamed = ({ label }: CompletionOption) =>
    fold(label).startsWith(words);
  return [
    ...found.filter(isNamed),
    ...found.filter((one) => !isNamed(one)),
  ].slice(0, OPTIONS_MAX);
}

/**
 * Opens the list, with the option that Enter takes.
 *
 * @returns null if there is nothing to choose
 */
export function openCompletion(
  query: CompletionQuery,
  options: readonly CompletionOption[],
): Completion | null {
  const [first] = options;
  if (first === undefined) return null;
  // Enter sends what is whole already, and a sign alone.
  const word = fold(first.value.slice(1));
  const isWhole = query.kind !== "emoji" && word === query.prefix;
  const active = query.prefix === "" || isWhole ? -1 : 0;
  return { ...query, options, active };
}

/** The text with the option in it, and the cursor behind it. */
export function applyOption(
  text: string,
  { from, to, kind }: CompletionQuery,
  { value }: CompletionOption,
): { readonly insert: string; readonly text: string; readonly cursor: number } {
  const after = text.slice(to);
  const blank = kind === "emoji" || /^\s/.test(after) ? "" : " ";
  const insert = value + blank;
  return {
    insert,
    text: text.slice(0, from) + insert + after,
    cursor: from + insert.length,
  };
}

function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}
