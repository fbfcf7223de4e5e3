// Input parser: decides if a text in the composer is a message, a private message or a command, by the grammar of the server and the CLI.
import {
  readLine,
  readMsgArguments,
  type UnclearReason,
} from "../protocol/line-grammar.ts";
import { isVisible } from "../protocol/visible-text.ts";

export type ParsedInput =
  | { readonly kind: "empty" }
  /** For the open conversation, which may be private. */
  | { readonly kind: "message"; readonly text: string }
  | { readonly kind: "private"; readonly to: string; readonly text: string }
  | {
      readonly kind: "command";
      /** Any but `say` and `msg`: of the page, or of the server's app. */
      readonly word: string;
      readonly rest: string;
    }
  /** Several users are addressed: the user has to choose. */
  | {
      readonly kind: "several";
      readonly to: string | null;
      readonly text: string;
    }
  | {
      readonly kind: "refused";
      readonly why: InputProblem;
      readonly text: string;
    };

/**
 * The reason for a refusal: the text is unclear, or the form of a command is
 * wrong.
 */
export type InputProblem = Exclude<UnclearReason, "several"> | "say" | "msg";

/**
 * Characters that no message may contain: controls except newline and tab, and
 * bidi overrides.
 */
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: taken out here
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/g;

/**
 * Parses a text. A text that begins with `@bob ` is private, also when the user
 * typed it by hand: a secret must not go to the room.
 *
 * @param appCommands names of the commands of the server's app
 */
export function parseInput(
  typed: string,
  appCommands: readonly string[] = [],
): ParsedInput {
  const text = cleanText(typed);
  if (text === "") return { kind: "empty" };
  const line = readLine(stripForbidden(typed), appCommands);
  switch (line.kind) {
    case "text":
      return { kind: "message", text };
    case "private":
      return toPrivate(line.to, line.text);
    case "command":
    case "app-command":
      return parseCommand(line.word, line.rest, text);
    case "unclear":
      return line.reason === "several"
        ? { kind: "several", to: line.to, text }
        : { kind: "refused", why: line.reason, text };
    default:
      return line satisfies never;
  }
}

function parseCommand(word: string, rest: string, text: string): ParsedInput {
  switch (word) {
    case "say": {
      const said = cleanText(rest);
      return said === ""
        ? { kind: "refused", why: word, text }
        : { kind: "message", text: said };
    }
    case "msg": {
      const told = readMsgArguments(rest);
      return told === null
        ? { kind: "refused", why: word, text }
        : toPrivate(told.to, told.text);
    }
    default:
      return { kind: "command", word, rest };
  }
}

function toPrivate(to: string, rest: string): ParsedInput {
  const text = cleanText(rest);
  return text === "" ? { kind: "empty" } : { kind: "private", to, text };
}

/** Returns true if the text goes unchanged to the open conversation. */
export function isPlainText(typed: string): boolean {
  const input = parseInput(typed);
  return input.kind === "message" && input.text === cleanText(typed);
}

/**
 * Returns the input that sends a text unchanged.
 *
 * @param to the recipient, if it is not the open conversation
 */
export function toInputLine(text: string, to?: string): string {
  if (to === undefined) return isPlainText(text) ? text : `/say ${text}`;
  const line = `@${to} ${text}`;
  return parseInput(line).kind === "private" ? line : `/msg ${to} ${text}`;
}

/**
 * Returns the text in the form that the server accepts: without control
 * characters and outer spaces. Returns "" for a text that shows nothing.
 */
export function cleanText(typed: string): string {
  const text = stripForbidden(typed).trim();
  return isVisible(text) ? text : "";
}

function stripForbidden(typed: string): string {
  return typed
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(FORBIDDEN, "")
    .toWellFormed();
}

/**
 * The recipient of a private message, as far as it is typed; null for the open
 * conversation.
 *
 * The page shows it before the text is sent. It never differs from
 * `parseInput`.
 */
export function privateRecipient(typed: string): string | null {
  const input = parseInput(typed);
  if (input.kind === "private") return input.to;
  const line = readLine(stripForbidden(typed));
  return line.kind === "unclear" && line.reason === "noText" ? line.to : null;
}
