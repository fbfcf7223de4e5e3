// Commands: parse a typed line as a message, a private message or a slash command.
import type { Moderation, ReportOutcome } from "../client/index.ts";
import {
  type CommandWord,
  readLine,
  readMsgArguments,
  readTarget,
  UNCLEAR_MESSAGES,
  withoutAt,
} from "../protocol/line-grammar.ts";
import { readReportEnd } from "../protocol/report-line.ts";
import { isVisible } from "../protocol/visible-text.ts";
import {
  isModerationWord,
  MODERATION_COMMANDS,
  parseModeration,
} from "./moderation-commands.ts";

/** Data of the app with a message, from a script that writes JSON. */
interface Data {
  readonly data?: unknown;
}

/** A command that acts on a message. */
interface Target {
  /** The `seq` of the message; 0: the newest one that can be meant. */
  readonly of: number;
}

/** A command that changes a message, or the room. */
export type ChangeCommand =
  | ({ readonly kind: "edit"; readonly text: string } & Target & Data)
  | ({ readonly kind: "delete"; readonly reason?: string } & Target)
  | ({
      readonly kind: "react";
      readonly emoji: string;
      readonly on: boolean;
    } & Target)
  | ({ readonly kind: "pin"; readonly on: boolean } & Target)
  | { readonly kind: "topic"; readonly topic: string };

export type Command =
  | ({
      readonly kind: "message";
      readonly text: string;
      /** As `of`. */
      readonly replyTo?: number;
      readonly thread?: number;
    } & Data)
  | ChangeCommand
  | ({ readonly kind: "thread"; readonly limit: number } & Target)
  | ({
      readonly kind: "private";
      readonly to: string;
      readonly text: string;
    } & Data)
  | { readonly kind: "moderate"; readonly act: Moderation }
  | ({ readonly kind: "report"; readonly reason?: string } & Target)
  | {
      readonly kind: "close-report";
      readonly report: number;
      readonly outcome: ReportOutcome;
    }
  | { readonly kind: "history"; readonly limit: number }
  | {
      readonly kind: "search";
      readonly words: string;
      /** Only messages with a lower number; 0: all. */
      readonly before: number;
      readonly limit?: number | undefined;
    }
  | { readonly kind: "retry" | "discard"; readonly number: number | null }
  | { readonly kind: "block" | "unblock"; readonly name: string }
  | { readonly kind: "who" | "mentions" | "reports" | "reconnect" }
  | { readonly kind: "read" }
  | { readonly kind: "help" | "empty" }
  | { readonly kind: "unread"; readonly before?: string | undefined }
  | { readonly kind: "forget"; readonly name: string }
  | { readonly kind: "register" | "release" | "blocked" }
  | { readonly kind: "rotate"; readonly token: string | undefined }
  | {
      readonly kind: "app-command";
      readonly name: string;
      readonly rest: string;
    }
  | { readonly kind: "quit" }
  | { readonly kind: "invalid"; readonly message: string };

interface CommandForm {
  readonly name: CommandWord;
  /** The arguments, as the help shows them. */
  readonly arguments: string;
  readonly help: string;
}

/** Messages that `/history` shows without a number. */
const HISTORY_DEFAULT = 50;
const HISTORY_MAX = 200;
/** The server accepts such secrets. */
const SECRET = /^[!-~]{22,4096}$/;

/** In the order of the help. */
export const COMMANDS = [
  {
    name: "say",
    arguments: " text",
    help: "send the text as it is, even /this",
  },
  {
    name: "msg",
    arguments: " bob text",
    help: "send to bob alone, even @this",
  },
  { name: "who", arguments: "", help: "list the members" },
  {
    name: "mentions",
    arguments: "",
    help: "list the messages that mention you, in any room",
  },
  {
    name: "history",
    arguments: " [50]",
    help: "show older messages",
  },
  {
    name: "search",
    arguments: " [#12] words",
    help: "show messages with all these words, or those before that one",
  },
  {
    name: "unread",
    arguments: "",
    help: "list your rooms, with what is new there",
  },
  {
    name: "read",
    arguments: " all",
    help: "mark all your rooms and private messages as read",
  },
  {
    name: "forget",
    arguments: " room",
    help: "take a room that you left off that list",
  },
  {
    name: "edit",
    arguments: " [#12] text",
    help: "change your last message, or the one with that number",
  },
  {
    name: "delete",
    arguments: " [#12]",
    help: "delete your last message, or the one with that number",
  },
  {
    name: "react",
    arguments: " [#12] 👍",
    help: "react to the last message, or that one; again: take it back",
  },
  {
    name: "reply",
    arguments: " [#12] text",
    help: "answer the last message, or that one",
  },
  {
    name: "thread",
    arguments: " #12 [text]",
    help: "answer in the thread of that message, or show it",
  },
  {
    name: "pin",
    arguments: " [#12]",
    help: "pin a message (moderators)",
  },
  { name: "unpin", arguments: " #12", help: "take a pin off (moderators)" },
  {
    name: "topic",
    arguments: " [text]",
    help: "set the topic, or remove it (moderators)",
  },
  {
    name: "report",
    arguments: " #12 [why]",
    help: "tell the moderators about that message",
  },
  ...MODERATION_COMMANDS,
  {
    name: "block",
    arguments: " [bob]",
    help: "block bob; without a name: list blocked users",
  },
  { name: "unblock", arguments: " bob", help: "unblock bob" },
  {
    name: "register",
    arguments: "",
    help: "register your name: it stays yours while you are away",
  },
  { name: "release", arguments: "", help: "release your registered name" },
  {
    name: "rotate",
    arguments: " [token]",
    help: "change the secret of your name, to this or a random one",
  },
  { name: "retry", arguments: " [1]", help: "send failed messages again" },
  { name: "discard", arguments: " [1]", help: "delete failed messages" },
  { name: "reconnect", arguments: "", help: "connect now" },
  { name: "help", arguments: "", help: "show this list" },
  { name: "quit", arguments: "", help: "leave (also Ctrl-D)" },
] as const satisfies readonly CommandForm[];

type CommandName = (typeof COMMANDS)[number]["name"];

/** The lines of `/help`: an example and its meaning. */
export const HELP: readonly (readonly [typed: string, meaning: string])[] = [
  ["hello", "send it to the room; Alt-Enter begins a new line"],
  ["@bob psst", "send it to bob alone, in any room"],
  ...COMMANDS.map(
    (form) => [`/${form.name}${form.arguments}`, form.help] as const,
  ),
  ["Tab", "complete a name or command; up and down: earlier lines"],
];

/**
 * The server and the page parse lines by the same grammar, `readLine`.
 *
 * @param appCommands names of the commands of the server's app
 */
export function parseCommand(
  typed: string,
  appCommands: readonly string[] = [],
): Command {
  if (typed.trim() === "") return { kind: "empty" };
  const line = readLine(typed, appCommands);
  switch (line.kind) {
    case "app-command":
      return { kind: "app-command", name: line.word, rest: line.rest };
    case "text":
      return { kind: "message", text: line.text };
    case "private":
      return { kind: "private", to: line.to, text: line.text };
    case "unclear":
      return line.reason === "command"
        ? unknownCommand(typed)
        : { kind: "invalid", message: UNCLEAR_MESSAGES[line.reason] };
    case "command": {
      const form = COMMANDS.find(({ name }) => name === line.word);
      if (form === undefined) return unknownCommand(typed);
      const message = `Write: /${form.name}${form.arguments}`;
      return (
        parseArguments(form.name, line.rest) ?? { kind: "invalid", message }
      );
    }
    default:
      return line satisfies never;
  }
}

/**
 * A long word is not repeated: it may be a secret that was typed without a
 * space.
 */
function unknownCommand(typed: string): Command {
  const [word] = /^\/[a-z]{1,10}(?=\s|$)/i.exec(typed) ?? [];
  const message =
    word === undefined
      ? UNCLEAR_MESSAGES.command
      : `There is no command ${word}; /help lists them, /say sends any text.`;
  return { kind: "invalid", message };
}

/** @returns null if these are not arguments of the command */
function parseArguments(name: CommandName, rest: string): Command | null {
  const word = rest.trim();
  if (isModerationWord(name)) {
    const act = parseModeration(name, rest);
    return act === null ? null : { kind: "moderate", act };
  }
  switch (name) {
    case "say":
      return isVisible(word) ? { kind: "message", text: rest } : null;
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
    case "search": {
      const { of: before, text, isUnclear } = readTarget(rest);
      const words = text.trim();
      if (words === "" || isUnclear) return null;
      return { kind: name, words, before };
    }
    case "edit":
    case "delete":
    case "react":
    case "reply":
    case "thread":
    case "pin":
    case "unpin":
      return parseTargeted(name, rest);
    case "topic":
      return { kind: name, topic: word };
    case "report": {
      const { of, text, isUnclear } = readTarget(rest);
      const reason = text.trim();
      if (of === 0 || isUnclear) return null;
      return { kind: name, of, ...(reason !== "" && { reason }) };
    }
    case "retry":
    case "discard": {
      const number = word === "" ? null : wholeNumber(word);
      return word !== "" && number === null ? null : { kind: name, number };
    }
    case "block":
      if (word === "") return { kind: "blocked" };
      return /\s/.test(word) ? null : { kind: name, name: withoutAt(word) };
    case "read":
      return word === "all" ? { kind: name } : null;
    case "forget":
      return /^\S+$/.test(word) ? { kind: name, name: word } : null;
    case "unblock":
      return /^\S+$/.test(word) ? { kind: name, name: withoutAt(word) } : null;
    case "rotate":
      return word === "" || SECRET.test(word)
        ? { kind: name, token: word || undefined }
        : null;
    case "reports": {
      if (word === "") return { kind: name };
      const end = readReportEnd(rest);
      return end === null ? null : { kind: "close-report", ...end };
    }
    case "who":
    case "mentions":
    case "unread":
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

type TargetedName = Extract<
  CommandName,
  "edit" | "delete" | "react" | "reply" | "thread" | "pin" | "unpin"
>;

/** Parses the arguments of a command that acts on a message, as the server. */
function parseTargeted(name: TargetedName, rest: string): Command | null {
  const { of, text, isUnclear } = readTarget(rest);
  if (isUnclear) return null;
  const word = text.trim();
  switch (name) {
    case "edit":
      return isVisible(word) ? { kind: name, of, text } : null;
    case "reply":
      return isVisible(word) ? { kind: "message", text, replyTo: of } : null;
    case "delete":
      if (word === "") return { kind: name, of };
      // A reason needs the number: a text alone may be a mistake.
      return of === 0 ? null : { kind: name, of, reason: word };
    case "react":
      return /^\S+$/.test(word)
        ? { kind: name, of, emoji: word, on: true }
        : null;
    case "thread":
      if (of === 0) return null;
      return word === ""
        ? { kind: name, of, limit: HISTORY_DEFAULT }
        : { kind: "message", text, thread: of };
    case "pin":
    case "unpin":
      return word === "" ? { kind: "pin", of, on: name === "pin" } : null;
    default:
      return name satisfies never;
  }
}

/** An integer from 1; null if it is none. */
function wholeNumber(word: string): number | null {
  return /^[1-9]\d{0,5}$/.test(word) ? Number(word) : null;
}
