// Line grammar: tells plain text from a private message, a command, and a line that is not clear.
import {
  AT_SIGNS,
  containsSecret,
  createPrefixMatcher,
  hasUnsupportedSigil,
  INVISIBLE,
  PUNCTUATION,
  SLASHES,
} from "./disguised-line.ts";
import { readUsername } from "./names.ts";

/**
 * The commands of all clients, so that no client takes one of them for plain
 * text.
 */
export const COMMAND_WORDS = [
  "say",
  "msg",
  "join",
  "leave",
  "who",
  "history",
  "search",
  "read",
  "unread",
  "forget",
  "register",
  "release",
  "rotate",
  "block",
  "unblock",
  "kick",
  "ban",
  "unban",
  "mute",
  "unmute",
  "purge",
  "op",
  "deop",
  "slow",
  "lock",
  "unlock",
  "report",
  "reports",
  "access",
  "invite",
  "uninvite",
  "member",
  "unmember",
  "edit",
  "delete",
  "react",
  "reply",
  "thread",
  "pin",
  "unpin",
  "topic",
  "mentions",
  "retry",
  "discard",
  "reconnect",
  "help",
  "quit",
] as const;
export type CommandWord = (typeof COMMAND_WORDS)[number];

/** The reasons why a line is not clear, with advice for the user. */
export const UNCLEAR_MESSAGES = {
  prefix:
    "There is text before the @, / or {. Remove it, or write /say and the text.",
  lookalike:
    "That only looks like @, / or {. Type the plain character, or write /say and the text.",
  name: "That is not a valid name. Write: @name text, or @name: text",
  address: "Write: @name text",
  noText: "Write: @name text",
  several:
    "A private message goes to one person. Write /msg name text, or /say and the text.",
  secret:
    "That looks like a command, a secret or a private message. Write /msg name text, or /say and the text.",
  json: "That looks like JSON. Write /say and the text to send it unchanged.",
  command: "Unknown command. /help lists the commands, /say sends any text.",
} as const;
export type UnclearReason = keyof typeof UNCLEAR_MESSAGES;

/** A parsed line. Server, terminal and page use the same grammar. */
export type ParsedLine =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "private"; readonly to: string; readonly text: string }
  | {
      readonly kind: "command";
      readonly word: CommandWord;
      /** The text after the command and one blank, unchanged. */
      readonly rest: string;
    }
  /** A command of the server's app. */
  | {
      readonly kind: "app-command";
      readonly word: string;
      readonly rest: string;
    }
  | {
      readonly kind: "unclear";
      readonly reason: UnclearReason;
      /** The addressee, if the first name is sure. */
      readonly to: string | null;
    };

/**
 * Parses one line, or a text of several lines by its beginning. One newline at
 * the end is dropped, and a carriage return before a newline too. Only a line
 * that is surely plain text is `text`. Any other line may hold a secret, and a
 * wrong guess would show it to a whole room.
 *
 * @param appCommands names of the commands that the server's app has
 */
export function readLine(
  raw: string,
  appCommands: readonly string[] = [],
): ParsedLine {
  const line = raw.replaceAll("\r\n", "\n").replace(/\n$/, "");
  switch (line[0]) {
    case "@":
      return readAddressed(line);
    case "/":
      return readCommand(line, appCommands);
    case "{":
      return unclear("json");
    default: {
      const reason = findUnclearReason(line);
      return reason === null ? { kind: "text", text: line } : unclear(reason);
    }
  }
}

/** Splits the text after a command into words; none if it is blank. */
export function splitWords(rest: string): string[] {
  return rest.trim() === "" ? [] : rest.trim().split(/\s+/);
}

/** A name may be written with its `@`. */
export function withoutAt(word: string): string {
  return word.replace(/^@/, "");
}

/** Parses the text after `/msg`: a name, then a text that stays unchanged. */
export function readMsgArguments(
  rest: string,
): { to: string; text: string } | null {
  const [, word = "", text = ""] = /^(\S+)\s+(\S.*)$/s.exec(rest) ?? [];
  const to = readUsername(withoutAt(word));
  return to === null ? null : { to, text };
}

/**
 * Parses the text after a command that acts on a message: `#12`, where the
 * message is named by its seq, then the rest, which stays unchanged.
 */
export function readTarget(rest: string): {
  of: number;
  text: string;
  /** It begins like a number, and is none: it must not go to the newest message. */
  isUnclear: boolean;
} {
  const [, digits, text = ""] = /^\s*#(\d{1,15})(?:\s(.*))?$/s.exec(rest) ?? [];
  return digits === undefined
    ? { of: 0, text: rest, isUnclear: /^\s*[#＃﹟]\s*[+-]?\p{Nd}/u.test(rest) }
    : { of: Number(digits), text, isUnclear: false };
}

function unclear(reason: UnclearReason, to: string | null = null): ParsedLine {
  return { kind: "unclear", reason, to };
}

const FIRST_LOOKALIKE = new RegExp(`^[${AT_SIGNS}／⁄∕⧸╱⟋｛﹛︷]`, "u");

const INVISIBLE_START = new RegExp(`^[${INVISIBLE}]+`, "u");
const ALL_INVISIBLE = new RegExp(`[${INVISIBLE}]`, "gu");
/** Everything before the first letter, digit or emoji. */
const LEAD = new RegExp(`^[${INVISIBLE}${PUNCTUATION}]+`, "u");
const LONG_LEAD = new RegExp(`^[${INVISIBLE}${PUNCTUATION}\\p{So}]+`, "u");
const isBehindPrefix = createPrefixMatcher(COMMAND_WORDS);
const WORD_AFTER = /^[\p{L}\p{N}]/u;
const LEAD_AT = new RegExp(`[${AT_SIGNS}]$`, "u");
const LEAD_SLASH = new RegExp(`[${SLASHES}]$`, "u");
const KNOWN_WORD = new RegExp(
  `^(?:${COMMAND_WORDS.join("|")})(?![\\p{L}\\p{M}\\p{N}_])`,
  "iu",
);
const LEAD_OBJECT = /[{｛﹛][\s\\]*["'“”‘’]/u;

/**
 * Lines of an object that was printed over several lines: `"text": "psst",`.
 */
const FIELD = /^[\s,]*"(?:[^"\\]|\\.)*"\s*:|^\s+\w+\s*:\s*["'].*["'],?\s*$/u;
const INDENTED_VALUE =
  /^\s+(?:"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null),?\s*$/u;
const CLOSING = /^\s*[}\]][}\],\s]*$/u;

function isPartOfJson(line: string): boolean {
  if (FIELD.test(line) || INDENTED_VALUE.test(line) || CLOSING.test(line))
    return true;
  // The end of an object that a program has split into two lines.
  const count = (character: string) => line.split(character).length;
  const isEnd = line.includes('"') && line.trimEnd().endsWith("}");
  return isEnd && count("}") > count("{");
}

/** @param line begins with none of `@`, `/` and `{` */
function findUnclearReason(line: string): UnclearReason | null {
  const [blank = ""] = INVISIBLE_START.exec(line) ?? [];
  const seen = line.slice(blank.length);
  if (/^[@/{]/.test(seen)) return "prefix";
  if (FIRST_LOOKALIKE.test(seen) || hasUnsupportedSigil(seen))
    return "lookalike";
  if (isPartOfJson(line)) return "json";
  const isBefore = (start: RegExp, sigil: RegExp, word: RegExp) => {
    const [lead = ""] = start.exec(line) ?? [];
    const end = lead.replaceAll(ALL_INVISIBLE, "");
    return sigil.test(end) && word.test(line.slice(lead.length));
  };
  if (isBefore(LEAD, LEAD_AT, WORD_AFTER)) return "prefix";
  if (isBefore(LONG_LEAD, LEAD_SLASH, KNOWN_WORD)) return "prefix";
  if (isBehindPrefix(line)) return "prefix";
  if (containsSecret(line)) return "secret";
  const [lead = ""] = LEAD.exec(line) ?? [];
  return LEAD_OBJECT.test(lead) ? "json" : null;
}

function readCommand(line: string, appCommands: readonly string[]): ParsedLine {
  const [, typed = "", rest = ""] = /^\/(\S*)\s?(.*)$/s.exec(line) ?? [];
  const word = COMMAND_WORDS.find((known) => known === typed);
  if (word !== undefined) return { kind: "command", word, rest };
  return appCommands.includes(typed)
    ? { kind: "app-command", word: typed, rest }
    : unclear("command");
}

/** One `,` or `:` may follow the name, then a blank. */
function readAddressed(line: string): ParsedLine {
  const [, word = "", rest = ""] = /^@(\S*)(.*)$/s.exec(line) ?? [];
  const to = readUsername(word) ?? readUsername(word.replace(/[,:]$/, ""));
  if (isForSeveral(line)) return unclear("several", firstNamed(line));
  const text = rest.trimStart();
  if (to === null)
    return unclear(word === "" || text === "" ? "address" : "name");
  if (text !== "") return { kind: "private", to, text };
  // Without a blank after it the name may not be complete.
  return rest === "" ? unclear("address") : unclear("noText", to);
}

const NAMED = /^@([\p{L}\p{M}\p{Nd}_.-]+)/u;
const SECOND_NAMED = new RegExp(`(?<!^)[${AT_SIGNS}][\\p{L}\\p{N}]`, "u");
/** Blanks and marks, and at most one "and". */
const BETWEEN = new RegExp(
  `^[${PUNCTUATION}\\s]*(?:(?:and|or|und|oder|et|ou|y|o|e|и|和|与|與|及|跟|以及|还有|還有|と|및)[${PUNCTUATION}\\s]*)?$`,
  "iu",
);

/** Tells whether a second `@name` stands before any other word. */
function isForSeveral(line: string): boolean {
  const second = line.search(SECOND_NAMED);
  const [first = ""] = NAMED.exec(line) ?? [];
  if (first === "" || second < 0) return false;
  return BETWEEN.test(line.slice(first.length, second));
}

function firstNamed(line: string): string | null {
  const [, name = ""] = NAMED.exec(line) ?? [];
  return readUsername(name) ?? readUsername(name.replace(/\.$/, ""));
}
