// Speech: what a text in the composer becomes, by the grammar that server and terminal have too.
import {
  type CommandWord,
  readLine,
  readMsgArguments,
  type UnclearReason,
} from "../protocol/line-grammar.ts";
import { isVisible } from "../protocol/visible-text.ts";

export type Speech =
  | { readonly kind: "nothing" }
  /** To whom the open conversation is with: a room, or one person. */
  | { readonly kind: "room"; readonly text: string }
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
  | { readonly kind: "refused"; readonly why: Refusal; readonly text: string };

/** Why a text is not sent: it is unclear, or a command is not written so. */
export type Refusal = Exclude<UnclearReason, "several"> | "say" | "msg";

/** What no text may hold: controls but newline and tab, bidi overrides. */
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: taken out here
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/g;

/**
 * A text that begins with `@bob ` goes to bob alone, as it does when it is typed
 * by hand: whoever meant a secret must not have told the room.
 */
export function readSpeech(typed: string): Speech {
  const text = cleaned(typed);
  if (text === "") return { kind: "nothing" };
  const line = readLine(permitted(typed));
  switch (line.kind) {
    case "text":
      return { kind: "room", text };
    case "private":
      return privately(line.to, line.text);
    case "command":
      return readCommand(line.word, line.rest, text);
    case "unclear":
      return line.reason === "several"
        ? { kind: "several", to: line.to, text }
        : { kind: "refused", why: line.reason, text };
    default:
      return line satisfies never;
  }
}

function readCommand(word: CommandWord, rest: string, text: string): Speech {
  switch (word) {
    case "say": {
      const said = cleaned(rest);
      return said === ""
        ? { kind: "refused", why: word, text }
        : { kind: "room", text: said };
    }
    case "msg": {
      const told = readMsgArguments(rest);
      return told === null
        ? { kind: "refused", why: word, text }
        : privately(told.to, told.text);
    }
    default:
      return { kind: "command", word, rest };
  }
}

function privately(to: string, rest: string): Speech {
  const text = cleaned(rest);
  return text === "" ? { kind: "nothing" } : { kind: "private", to, text };
}

/** Is it said as it stands, to whom the open conversation is with? */
export function isPlain(typed: string): boolean {
  const speech = readSpeech(typed);
  return speech.kind === "room" && speech.text === cleaned(typed);
}

/**
 * The line that sends a text as it stands.
 *
 * @param to whom alone it is for, if it is not for the conversation
 */
export function lineOf(text: string, to?: string): string {
  if (to === undefined) return isPlain(text) ? text : `/say ${text}`;
  const line = `@${to} ${text}`;
  return readSpeech(line).kind === "private" ? line : `/msg ${to} ${text}`;
}

/**
 * As the server takes it: pasted controls gone, no blanks around it; "" for
 * what shows as nothing.
 */
export function cleaned(typed: string): string {
  const text = permitted(typed).trim();
  return isVisible(text) ? text : "";
}

function permitted(typed: string): string {
  return typed
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(FORBIDDEN, "")
    .toWellFormed();
}

/**
 * To whom it goes alone, as far as it is typed; null for the conversation.
 * It is shown before the text is sent, and never differs from `readSpeech`.
 */
export function whisperTo(typed: string): string | null {
  const speech = readSpeech(typed);
  if (speech.kind === "private") return speech.to;
  const line = readLine(permitted(typed));
  return line.kind === "unclear" && line.reason === "noText" ? line.to : null;
}
