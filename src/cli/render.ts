// What each event of a chat looks like as a line for people.
import type {
  Chat,
  ChatError,
  ChatMessage,
  ChatPrivate,
  ChatState,
  Pending,
} from "../client/index.ts";
import { isVisible } from "../protocol/visible-text.ts";
import { type Line, type Span, type Style, span } from "./span.ts";

/** For whom a line is. */
export interface Reader {
  readonly username: string;
  /** Whose words they do not want to see. */
  readonly blocked: readonly { readonly user: string }[];
  /** Is the time of day to be shown? */
  readonly hasClock: boolean;
}

/** The user of a chat: what is known of them changes. */
export function readerOf(
  chat: Pick<Chat, "username" | "blocked">,
  hasClock: boolean,
): Reader {
  return {
    get username() {
      return chat.username;
    },
    get blocked() {
      return chat.blocked;
    },
    hasClock,
  };
}

/** Was it said by somebody whom the reader blocks? */
export function isHidden(
  { user }: Pick<ChatMessage, "user">,
  { blocked }: Reader,
): boolean {
  return blocked.some((one) => one.user === user);
}

export function messageLine(message: ChatMessage, reader: Reader): Line {
  const { username, text, at, mine } = message;
  const words = mine ? [shownText(text)] : mentions(text, reader.username);
  return [...clock(at, reader), span(username, "name"), span(": "), ...words];
}

export function privateLine(message: ChatPrivate, reader: Reader): Line {
  const { username, to, text, at, mine } = message;
  return [
    ...clock(at, reader),
    span(mine ? "(private) to " : "(private) ", "private"),
    span(mine ? to : username, "name"),
    span(": "),
    shownText(text, "private"),
  ];
}

/** Servers of the first release took texts that show as nothing. */
function shownText(text: string, style?: Style): Span {
  return isVisible(text)
    ? span(text, style)
    : span("(nothing that can be seen)", "faint");
}

/** Something that happened, and nobody said. */
export function notice(text: string, at: number | null, reader: Reader): Line {
  return [
    ...(at === null ? [] : clock(at, reader)),
    span(`* ${text}`, "faint"),
  ];
}

/** Something went wrong. */
export function complaint(text: string): Line {
  return [span(`! ${text}`, "bad")];
}

/** Why something was refused, and when it is worth another try. */
export function whyOf({
  message,
  retryAfter,
}: Pick<ChatError, "message" | "retryAfter">): string {
  const seconds = Math.ceil((retryAfter ?? 0) / 1000);
  return seconds > 0 ? `${message} Try again in ${seconds} s.` : message;
}

/** The day on which the next messages were said. */
export function dayLine(at: number): Line {
  return [span(`* ${dayOf(at)}`, "faint")];
}

/** As 2026-11-24, where this machine is. */
export function dayOf(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "an unknown day";
  const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return parts.map((part) => String(part).padStart(2, "0")).join("-");
}

/** Rows for what has no ack: a number each for those that failed. */
export function pendingLines(
  pending: readonly Pending[],
  rows: number,
): readonly Line[] {
  const failed = failedOf(pending);
  const lines = pending.map((item) => {
    const { text, to, state, error } = item;
    const said = `${to === undefined ? "" : `@${to} `}${text}`;
    const number = failed.indexOf(item) + 1;
    switch (state) {
      case "waiting":
      case "sent":
        return [span(`… ${said}`, "faint")];
      case "failed":
      case "unknown":
        return [
          span(`✗ ${number} `, "bad"),
          span(shortened(said)),
          span(` (${error?.message ?? state} /retry or /discard)`, "bad"),
        ];
      default:
        return state satisfies never;
    }
  });
  if (lines.length <= rows) return lines;
  const shown = lines.slice(0, Math.max(0, rows - 1));
  return [
    ...shown,
    [span(`… and ${lines.length - shown.length} more`, "faint")],
  ];
}

/** What waits for `/retry` or `/discard`, in the order of their numbers. */
export function failedOf(pending: readonly Pending[]): Pending[] {
  return pending.filter(
    ({ state }) => state === "failed" || state === "unknown",
  );
}

/** What the last row says. */
export interface Status {
  readonly state: ChatState;
  /** Why it is offline or refused. */
  readonly reason: string | null;
  readonly room: string;
  readonly username: string;
  readonly members: readonly string[];
  readonly count: number;
  readonly typing: readonly string[];
}

export function statusLine(status: Status): Line {
  const { state, reason, room, username, typing } = status;
  const where = span(` ${room} · ${username}`, "strong");
  switch (state) {
    case "connecting":
      return [span("◌", "warning"), where, span(" · connecting", "warning")];
    case "live":
      return [
        span("●", "good"),
        where,
        span(` · live · ${here(status)}`, "faint"),
        ...(typing.length > 0
          ? [span(` · ${typing.join(", ")} typing`, "warning")]
          : []),
      ];
    case "offline":
      return [
        span("○", "warning"),
        where,
        span(" · offline, tries again", "warning"),
        span(` · ${reason ?? ""}`, "faint"),
      ];
    case "refused":
      return [
        span("✗", "bad"),
        where,
        span(` · refused: ${reason ?? ""} /reconnect or /quit`, "bad"),
      ];
    default:
      return state satisfies never;
  }
}

function here({ members, count }: Status): string {
  const names = members.join(", ");
  return `${count} here${members.length === count ? `: ${names}` : ""}`;
}

function clock(at: number, { hasClock }: Reader): Span[] {
  if (!hasClock) return [];
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return [span("--:-- ", "faint")];
  const parts = [date.getHours(), date.getMinutes()];
  const time = parts.map((part) => String(part).padStart(2, "0")).join(":");
  return [span(`${time} `, "faint")];
}

/** The text, with the reader's name in it marked. */
function mentions(text: string, username: string): Span[] {
  if (!isVisible(text)) return [shownText(text)];
  const name = username.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  const word = String.raw`[\p{L}\p{M}\p{Nd}_]`;
  const pattern = new RegExp(`(?<!${word})@?${name}(?!${word})`, "giu");
  const spans: Span[] = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    spans.push(span(text.slice(at, match.index)));
    spans.push(span(match[0], "mention"));
    at = match.index + match[0].length;
  }
  spans.push(span(text.slice(at)));
  return spans.filter((one) => one.text !== "");
}

/** Leaves room in the row for why it failed. */
function shortened(text: string): string {
  const characters = [...text];
  return characters.length > 30 ? `${characters.slice(0, 29).join("")}…` : text;
}
