// Completion: completes a name or a command for the Tab key.
import { COMMANDS } from "./commands.ts";

export interface Completion {
  readonly text: string;
  readonly cursor: number;
  /** All candidates, if there are several. */
  readonly choices: readonly string[];
}

/**
 * Completes the word before the cursor: a command at the start of the line, a
 * recipient after an `@` at the start, and otherwise a name.
 *
 * @param names usernames, most likely ones first
 * @param appCommands names of the commands of the server's app
 * @returns null if there is nothing to complete
 */
export function complete(
  text: string,
  cursor: number,
  names: readonly string[],
  appCommands: readonly string[] = [],
): Completion | null {
  const before = text.slice(0, cursor);
  const [word = ""] = /\S*$/u.exec(before) ?? [];
  const start = cursor - word.length;
  const [sigil, prefix] = /^[@/]/.test(word)
    ? [word.slice(0, 1), word.slice(1)]
    : ["", word];
  const isCommand = sigil === "/" && start === 0;
  if (sigil === "/" && !isCommand) return null;
  if (sigil === "" && prefix === "") return null;
  const commands = [...COMMANDS.map(({ name }) => name), ...appCommands];
  const all = isCommand ? commands : names;
  const matches = all.filter((candidate) =>
    fold(candidate).startsWith(fold(prefix)),
  );
  const [first] = matches;
  if (first === undefined) return null;
  const isOne = matches.length === 1;
  const common = isOne ? first : commonPrefix(matches, prefix);
  // A name at the start addresses a person.
  const suffix = sigil === "" && start === 0 ? ": " : " ";
  const after = text.slice(cursor);
  const completed = `${sigil}${common}${isOne && !/^\s/u.test(after) ? suffix : ""}`;
  return {
    text: text.slice(0, start) + completed + after,
    cursor: start + completed.length,
    choices: isOne ? [] : matches.map((match) => sigil + match),
  };
}

/** The common start of all names, in the spelling of the first one. */
function commonPrefix(names: readonly string[], typed: string): string {
  const [first = [], ...others] = names.map((name) => [...name]);
  let length = 0;
  while (
    length < first.length &&
    others.every(
      (name) => fold(name[length] ?? "") === fold(first[length] ?? ""),
    )
  )
    length++;
  const common = first.slice(0, length).join("");
  return common.length >= typed.length ? common : typed;
}

function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}
