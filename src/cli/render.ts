// Render: formats events, pending messages and the status as lines for people.
import type {
  ChangeEvent,
  ChatError,
  ChatMention,
  ChatMessage,
  ChatPrivate,
  ChatState,
  Client,
  PendingMessage,
  ReportPage,
} from "../client/index.ts";
import { eventLine } from "../protocol/events.ts";
import { moderatedLine } from "../protocol/moderated-line.ts";
import { bareBotName } from "../protocol/names.ts";
import { reportLines } from "../protocol/report-line.ts";
import { isVisible } from "../protocol/visible-text.ts";
import { markdownText } from "./markdown-text.ts";
import type { People } from "./people.ts";
import {
  type Style,
  type StyledLine,
  type StyledText,
  styled,
} from "./styled-text.ts";

/** The user for whom lines are formatted. */
export interface Viewer {
  readonly username: string;
  /** Their messages are hidden. */
  readonly blocked: readonly { readonly user: string }[];
  /** Lines begin with the time of day. */
  readonly hasClock: boolean;
  /** Knows display names; absent: lines have usernames, as scripts expect. */
  readonly people?: People;
}

/** The user of a client. Name and block list are read at each use. */
export function viewerOf(
  client: Pick<Client, "username" | "blocked">,
  hasClock: boolean,
  people?: People,
): Viewer {
  return {
    ...(people !== undefined && { people }),
    get username() {
      return client.username;
    },
    get blocked() {
      return client.blocked;
    },
    hasClock,
  };
}

/** True if the author is blocked. */
export function isHidden(
  { user }: Pick<ChatMessage, "user">,
  { blocked }: Viewer,
): boolean {
  return blocked.some((one) => one.user === user);
}

export function messageLine(message: ChatMessage, viewer: Viewer): StyledLine {
  const { username, user, at, edited } = message;
  return [
    ...timePrefix(at, viewer),
    ...numberPrefix(message, viewer),
    ...nameOf(username, user, viewer),
    ...answered(message, viewer),
    styled(": "),
    ...textOf(message, viewer),
    ...(edited === undefined ? [] : [styled(" (edited)", "faint")]),
    ...reactionMarks(message),
  ];
}

function textOf(
  { text, mine, deleted }: ChatMessage,
  { username }: Viewer,
): StyledLine {
  if (deleted) return [styled("(deleted)", "faint")];
  return mine
    ? shownText(text)
    : shownText(text, "plain", (words) => highlightMentions(words, username));
}

/** `/edit`, `/react` and others name a message by its number. */
function numberPrefix({ seq }: ChatMessage, { hasClock }: Viewer): StyledLine {
  return hasClock ? [styled(`#${seq} `, "faint")] : [];
}

/** The message that this one answers. */
function answered(
  { replyTo, thread, quoted }: ChatMessage,
  viewer: Viewer,
): StyledLine {
  const seq = replyTo ?? thread;
  if (seq === undefined) return [];
  const author =
    quoted === undefined || "erased" in quoted
      ? []
      : [styled(" "), ...nameOf(quoted.username, quoted.user, viewer)];
  return [styled(` (to #${seq}`, "faint"), ...author, styled(")", "faint")];
}

function reactionMarks({ reactions }: ChatMessage): StyledLine {
  const marks = reactions.map(({ emoji, count }) => `${emoji} ${count}`);
  return marks.length === 0 ? [] : [styled(` [${marks.join(" ")}]`, "faint")];
}

export function privateLine(message: ChatPrivate, viewer: Viewer): StyledLine {
  const { username, user, to, text, at, mine } = message;
  return [
    ...timePrefix(at, viewer),
    styled(mine ? "(private) to " : "(private) ", "private"),
    ...(mine ? [styled(to, "name")] : nameOf(username, user, viewer)),
    styled(": "),
    ...shownText(text, "private"),
  ];
}

/**
 * Tells of a message in any room that mentions the reader.
 *
 * @param message as it is now, if it is known
 */
export function mentionLine(
  mention: ChatMention,
  viewer: Viewer,
  message?: ChatMessage,
): StyledLine {
  const { username, user, room, of, at } = mention;
  return [
    ...timePrefix(at, viewer),
    ...nameOf(username, user, viewer),
    styled(" mentioned you", "mention"),
    styled(` in ${room} (#${of})`),
    ...(message === undefined
      ? []
      : [styled(": "), ...textOf(message, viewer)]),
  ];
}

/** The name of a user, with the display name or the mark of a bot where lines have these. */
export function nameOf(
  username: string,
  user: string | undefined,
  { people }: Viewer,
): StyledLine {
  if (people === undefined) return [styled(username, "name")];
  const bot = bareBotName(username);
  // No person's name can hold brackets.
  return bot === null
    ? people.nameOf(username, user)
    : [styled(bot, "name"), styled(" [bot]", "faint")];
}

/** Servers of the first release accepted texts that show nothing. */
function shownText(
  text: string,
  style?: Style,
  toWords?: (words: string) => readonly StyledText[],
): readonly StyledText[] {
  return isVisible(text)
    ? markdownText(text, style, toWords)
    : [styled("(nothing that can be seen)", "faint")];
}

/** A line about an event that is not a message. */
export function noticeLine(
  text: string,
  at: number | null,
  viewer: Viewer,
): StyledLine {
  return [
    ...(at === null ? [] : timePrefix(at, viewer)),
    styled(`* ${text}`, "faint"),
  ];
}

/** What has changed above, or the new topic, in one line. */
export function changeLine(event: ChangeEvent, viewer: Viewer): StyledLine {
  const line =
    event.type === "moderated" && viewer.hasClock
      ? moderatedLine(event, localMinute)
      : eventLine(event);
  return noticeLine(line.slice(2), event.at, viewer);
}

/** The reports that moderators read. */
export function reportsLines(page: ReportPage, viewer: Viewer): StyledLine[] {
  const lines = reportLines({ type: "reports", ...page });
  return lines.map((line) => noticeLine(line.slice(2), null, viewer));
}

/** A line about an error. */
export function errorLine(text: string): StyledLine {
  return [styled(`! ${text}`, "bad")];
}

/** Words for the reasons of a close, which has none for people. */
const CLOSE_WORDS: Readonly<Record<string, string>> = {
  "The server closed the connection: kicked.": "A moderator has removed you.",
  "The server closed the connection: banned.": "A moderator has banned you.",
};

/** The error's message, with its end or the time of the next attempt, if known. */
export function errorText({
  message = "",
  retryAfter,
  until,
}: Partial<ChatError>): string {
  const words = CLOSE_WORDS[message] ?? message;
  if (until !== undefined) return `${words} Until ${localMinute(until)}.`;
  const seconds = Math.ceil((retryAfter ?? 0) / 1000);
  return seconds > 0 ? `${words} Try again in ${seconds} s.` : words;
}

/** As 2026-11-24 09:05, in the local time zone. */
function localMinute(at: number): string {
  return `${dayOf(at)} ${clockOf(at)}`;
}

function clockOf(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "--:--";
  const parts = [date.getHours(), date.getMinutes()];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/** The day of the messages that follow. */
export function dayLine(at: number): StyledLine {
  return [styled(`* ${dayOf(at)}`, "faint")];
}

/** As 2026-11-24, in the local time zone. */
export function dayOf(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "an unknown day";
  const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return parts.map((part) => String(part).padStart(2, "0")).join("-");
}

/** A row for each pending message; failed ones are numbered. */
export function pendingLines(
  pending: readonly PendingMessage[],
  rows: number,
): readonly StyledLine[] {
  const failed = failedMessages(pending);
  const lines = pending.map((item) => {
    const { text, to, state, error } = item;
    const preview = `${to === undefined ? "" : `@${to} `}${text}`;
    const number = failed.indexOf(item) + 1;
    switch (state) {
      case "queued":
      case "sending":
        return [styled(`… ${preview}`, "faint")];
      case "failed":
      case "unknown":
        return [
          styled(`✗ ${number} `, "bad"),
          styled(truncated(preview)),
          styled(
            ` (${error ? errorText(error) : state} /retry or /discard)`,
            "bad",
          ),
        ];
      default:
        return state satisfies never;
    }
  });
  if (lines.length <= rows) return lines;
  const shown = lines.slice(0, Math.max(0, rows - 1));
  return [
    ...shown,
    [styled(`… and ${lines.length - shown.length} more`, "faint")],
  ];
}

/** Messages for `/retry` and `/discard`, in the order of their numbers. */
export function failedMessages(
  pending: readonly PendingMessage[],
): PendingMessage[] {
  return pending.filter(
    ({ state }) => state === "failed" || state === "unknown",
  );
}

/** The content of the status row. */
export interface Status {
  readonly state: ChatState;
  /** Why the chat is not connected. */
  readonly reason: string | null;
  readonly room: string;
  readonly username: string;
  readonly members: readonly string[];
  readonly count: number;
  readonly typing: readonly string[];
}

export function statusLine(status: Status): StyledLine {
  const { state, reason, room, username, typing } = status;
  const where = styled(` ${room} · ${username}`, "strong");
  switch (state) {
    case "connecting":
      return [
        styled("◌", "warning"),
        where,
        styled(" · connecting", "warning"),
      ];
    case "connected":
      return [
        styled("●", "good"),
        where,
        styled(` · connected · ${membersText(status)}`, "faint"),
        ...(typing.length > 0
          ? [styled(` · ${typing.join(", ")} typing`, "warning")]
          : []),
      ];
    case "reconnecting":
      return [
        styled("○", "warning"),
        where,
        styled(" · reconnecting", "warning"),
        styled(` · ${reason ?? ""}`, "faint"),
      ];
    case "failed":
      return [
        styled("✗", "bad"),
        where,
        styled(` · not connected: ${reason ?? ""} /reconnect or /quit`, "bad"),
      ];
    case "closed":
      return [styled("○", "warning"), where, styled(" · closed", "faint")];
    default:
      return state satisfies never;
  }
}

function membersText({ members, count }: Status): string {
  const names = members.join(", ");
  return `${count} here${members.length === count ? `: ${names}` : ""}`;
}

function timePrefix(at: number, { hasClock }: Viewer): StyledText[] {
  if (!hasClock) return [];
  return [styled(`${clockOf(at)} `, "faint")];
}

/** Highlights the user's name in a text. */
function highlightMentions(text: string, username: string): StyledText[] {
  const name = username.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  const word = String.raw`[\p{L}\p{M}\p{Nd}_]`;
  const pattern = new RegExp(`(?<!${word})@?${name}(?!${word})`, "giu");
  const spans: StyledText[] = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    spans.push(styled(text.slice(at, match.index)));
    spans.push(styled(match[0], "mention"));
    at = match.index + match[0].length;
  }
  spans.push(styled(text.slice(at)));
  return spans.filter((one) => one.text !== "");
}

/** Leaves space in the row for the error. */
function truncated(text: string): string {
  const characters = [...text];
  return characters.length > 30 ? `${characters.slice(0, 29).join("")}…` : text;
}
