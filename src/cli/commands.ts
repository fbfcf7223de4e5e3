// What a typed line asks for: words to the room or to one user, or one of the commands.

import {
  type CommandWord,
  readLine,
  readMsgArguments,
  UNCLEAR_MESSAGES,
  withoutAt,
} from "../protocol/line-grammar.ts";
import { isVisible } from "../protocol/visible-text.ts";

export type Command =
  | { readonly kind: "say"; readonly text: string }
  | { readonly kind: "private"; readonly to: string; readonly text: string }
  | { readonly kind: "history"; readonly limit: number }
  | { readonly kind: "retry" | "discard"; readonly which: number | null }
  | { readonly kind: "block" | "unblock"; readonly name: string }
  | { readonly kind: "who" | "reconnect" | "help" | "nothing" }
  | { readonly kind: "register" | "release" | "blocked" }
  | { readonly kind: "rotate"; readonly token: string | undefined }
  | { readonly kind: "quit" }
  | { readonly kind: "wrong"; readonly why: string };

interface CommandForm {
  readonly name: CommandWord;
  /** What follows the name, as it is shown. */
  readonly arguments: string;
  readonly help: string;
}

/** Messages that `/history` shows unless it says how many. */
const HISTORY_DEFAULT = 50;
const HISTORY_MAX = 200;
/** As the server takes one. */
const SECRET = /^[!-~]{22,4096}$/;

/** In the order in which they are shown. */
export const COMMANDS = [
  { name: "say", arguments: " text", help: "say it as it stands, even /this" },
  { name: "msg", arguments: " bob text", help: "tell bob alone, even @this" },
  { name: "who", arguments: "", help: "who is here" },
  {
    name: "history",
    arguments: " [50]",
    help: "what was said before what is shown",
  },
  {
    name: "block",
    arguments: " [bob]",
    help: "hear no more of bob; alone: whom not",
  },
  { name: "unblock", arguments: " bob", help: "hear bob again" },
  { name: "register", arguments: "", help: "keep your name for good" },
  { name: "release", arguments: "", help: "give your name up" },
  {
    name: "rotate",
    arguments: " [token]",
    help: "change the secret behind your name; alone: make one",
  },
  { name: "retry", arguments: " [1]", help: "send again what failed" },
  { name: "discard", arguments: " [1]", help: "forget what failed" },
  { name: "reconnect", arguments: "", help: "try again now" },
  { name: "help", arguments: "", help: "this list" },
  { name: "quit", arguments: "", help: "leave (also Ctrl-D)" },
] as const satisfies readonly CommandForm[];

type CommandName = (typeof COMMANDS)[number]["name"];

/** What can be typed, with what it does. */
export const HELP: readonly (readonly [typed: string, meaning: string])[] = [
  ["hello", "say it to the room; Alt-Enter begins a new line"],
  ["@bob psst", "tell bob alone, whichever rooms he is in"],
  ...COMMANDS.map(
    (form) => [`/${form.name}${form.arguments}`, form.help] as const,
  ),
  ["Tab", "complete a name or command; up and down: typed before"],
];

/** By the grammar that the server and the page have: `readLine`. */
export function parseCommand(typed: string): Command {
  if (typed.trim() === "") return { kind: "nothing" };
  const line = readLine(typed);
  switch (line.kind) {
    case "text":
      return { kind: "say", text: line.text };
    case "private":
      return { kind: "private", to: line.to, text: line.text };
    case "unclear":
      return line.reason === "command"
        ? unknownCommand(typed)
        : { kind: "wrong", why: UNCLEAR_MESSAGES[line.reason] };
    case "command": {
      const form = COMMANDS.find(({ name }) => name === line.word);
      if (form === undefined) return unknownCommand(typed);
      const why = `Write: /${form.name}${form.arguments}`;
      return parseArguments(form.name, line.rest) ?? { kind: "wrong", why };
    }
    default:
      return line satisfies never;
  }
}

/** A long word is not repeated: it may be a secret that lost its blank. */
function unknownCommand(typed: string): Command {
  const [word] = /^\/[a-z]{1,10}(?=\s|$)/i.exec(typed) ?? [];
  const why =
    word === undefined
      ? UNCLEAR_MESSAGES.command
      : `There is no ${word}; /help lists what there is, /say says anything.`;
  return { kind: "wrong", why };
}

/** @returns null if that is not what may follow the command */
function parseArguments(name: CommandName, rest: string): Command | null {
  const word = rest.trim();
  switch (name) {
    case "say":
      return isVisible(word) ? { kind: "say", text: rest } : null;
    case "msg": {
      const parsed = readMsgArguments(rest);
      return parsed === null ? null : { kind: "private", ...parsed };
    }
    case "history": {
      const limit = word === "" ? HISTORY_DEFAULT : wholeNumber(word);
      return limit === null
        ? null
        : { kind: "history", limit: Math.min(limit, HISTORY_MAX) };
    }
    case "retry":
    case "discard": {
      const which = word === "" ? null : wholeNumber(word);
      return word !== "" && which === null ? null : { kind: name, which };
    }
    case "block":
      if (word === "") return { kind: "blocked" };
      return /\s/.test(word) ? null : { kind: name, name: withoutAt(word) };
    case "unblock":
      return /^\S+$/.test(word) ? { kind: name, name: withoutAt(word) } : null;
    case "rotate":
      return word === "" || SECRET.test(word)
        ? { kind: name, token: word || undefined }
        : null;
    case "who":
    case "register":
    case "release":
    case "reconnect":
    case "help":
    case "quit":
      return word === "" ? { kind: name } : null;
    default:
      return name satisfies never;
  }
}

/** From 1 on; null if it is none. */
function wholeNumber(word: string): number | null {
  return /^[1-9]\d{0,5}$/.test(word) ? Number(word) : null;
}
