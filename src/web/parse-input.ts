// Speech: what a text in the composer becomes, by the grammar that server and terminal have too.
import {
  type CommandWord,
  readLine,
  readMsgArguments,
  type UnclearReason,
} from "../protocol/line-grammar.ts";
import { isVisible } from "../protocol/visible-text.ts";

export type ParsedInput =
  | { readonly kind: "empty" }
  /** To whom the open conversation is with: a room, or one person. */
  | { readonly kind: "message"; readonly text: string }
  | { readonly kind: "private"; readonly to: string; readonly text: string }
  | {
      readonly kind: "command";
      readonly word: Exclude<CommandWord, "say" | "msg">;
      readonly rest: string;
    }
  /** More than one is addressed: the person has to choose. */
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

/** Why a text is not sent: it is unclear, or a command is not written so. */
export type InputProblem = Exclude<UnclearReason, "several"> | "say" | "msg";

/** What no text may hold: controls but newline and tab, bidi overrides. */
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: taken out here
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/g;

/**
 * A text that begins with `@bob ` goes to bob alone, as it does when it is typed
 * by hand: whoever meant a secret must not have told the room.
 */
export function parseInput(typed: string): ParsedInput {
  const text = cleanText(typed);
  if (text === "") return { kind: "empty" };
  const line = readLine(stripForbidden(typed));
  switch (line.kind) {
    case "text":
      return { kind: "message", text };
    case "private":
      return toPrivate(line.to, line.text);
    case "command":
      return parseCommand(line.word, line.rest, text);
    case "unclear":
      return line.reason === "several"
        ? { kind: "several", to: line.to, text }
        : { kind: "refused", why: line.reason, text };
    default:
      return line satisfies never;
  }
}

function parseCommand(
  word: CommandWord,
  rest: string,
  text: string,
): ParsedInput {
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

/** Is it said as it stands, to whom the open conversation is with? */
export function isPlainText(typed: string): boolean {
  const input = parseInput(typed);
  return input.kind === "message" && input.text === cleanText(typed);
}

/**
 * The line that sends a text as it stands.
 *
 * @param to whom alone it is for, if it is not for the conversation
 */
export function toInputLine(text: string, to?: string): string {
  if (to === undefined) return isPlainText(text) ? text : `/say ${text}`;
  const line = `@${to} ${text}`;
  return parseInput(line).kind === "private" ? line : `/msg ${to} ${text}`;
}

/**
 * As the server takes it: pasted controls gone, no blanks around it; "" for
 * what shows as nothing.
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
 * To whom it goes alone, as far as it is typed; null for the conversation.
 * It is shown before the text is sent, and never differs from `parseInput`.
 */
export function privateRecipient(typed: string): string | null {
  const input = parseInput(typed);
  if (input.kind === "private") return input.to;
  const line = readLine(stripForbidden(typed));
  return line.kind === "unclear" && line.reason === "noText" ? line.to : null;
}
