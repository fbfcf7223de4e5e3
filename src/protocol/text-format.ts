// Text format: formats server frames as lines for people, for connections with `format=text`.
import { eventLine } from "./events.ts";
import { minute } from "./moderated-line.ts";
import { readableLines } from "./readable-text.ts";
import { reportClosedLine, reportedLine, reportLines } from "./report-line.ts";
import type { FoldedEvent } from "./room-events.ts";
import { roomsLines } from "./rooms-line.ts";
import type {
  ErrorFrame,
  PrivateMessage,
  SearchResults,
  ServerFrame,
} from "./server-frames.ts";
import { HELP } from "./typed-line.ts";

/** The reader of the lines. `user` is the public id; null before the join. */
export interface Recipient {
  readonly user: string | null;
  readonly room: string;
}

/**
 * Formats a server frame: one string for each frame to send, none if people
 * need not know. A further line of a text begins with "  | ", so that a text
 * cannot imitate a line of the server.
 */
export function formatText(message: ServerFrame, reader: Recipient): string[] {
  switch (message.type) {
    case "welcome": {
      const { username, room, count, gap } = message;
      const you = `* you are ${username} in ${room} (${count} here)`;
      return gap ? [you, "* some messages may be missing here"] : [you];
    }
    case "history":
      return message.fold === true
        ? message.messages.flatMap((event) => foldedLines(event))
        : message.messages.map((event) => eventLine(event));
    case "results":
      return resultLines(message);
    case "message":
    case "moderated":
    case "edited":
    case "deleted":
    case "erased":
    case "reacted":
    case "pinned":
    case "unpinned":
    case "topic":
      return [eventLine(message)];
    case "private":
      return [privateLine(message, reader)];
    case "mention": {
      const { username, room, of } = message;
      return [`* ${username} mentioned you in ${room} (#${of})`];
    }
    case "joined":
      return [`* ${message.username} joined`];
    case "left":
      return message.user === reader.user
        ? [`* you left ${reader.room}`]
        : [`* ${message.username} left`];
    case "members": {
      const { members, more } = message;
      return [`* here: ${members.join(", ")}${more ? ", ..." : ""}`];
    }
    case "registered":
      return [`* ${message.username} is yours until ${day(message.until)}`];
    case "released":
      return [
        `* you gave ${message.username} up: nobody else has it before ${day(message.restsUntil)}`,
      ];
    case "rotated":
      return [
        `* the secret of ${message.username} has changed: older ones work until ${day(message.until)}`,
      ];
    case "blocked": {
      const names = message.blocked.map(
        ({ user, username }) => username ?? user,
      );
      return [
        names.length > 0
          ? `* blocked: ${names.join(", ")}`
          : "* you block nobody",
      ];
    }
    case "reported":
      return [reportedLine(message)];
    case "reports":
      return reportLines(message);
    case "report_closed":
      return [reportClosedLine(message)];
    case "rooms":
      return roomsLines(message);
    case "forgotten":
      return [`* ${message.room} is off your list`];
    case "reset":
      return ["* the history was reset"];
    case "reply":
      return [`* /${message.command}: ${readableLines(message.text)}`];
    case "help":
      return helpLines(message.text).map((line) => `* ${line}`);
    case "error":
      return [`! ${message.code}: ${message.message}${wait(message)}`];
    case "pong":
      return [JSON.stringify(message)];
    case "ack":
      // Other acks come with an event that is shown, or are of one's own text.
      return "report" in message
        ? [`* report ${message.report} is closed`]
        : [];
    case "updated":
    case "count":
    case "typing":
    case "read":
    case "seen":
      return [];
    default:
      return message satisfies never;
  }
}

/** The commands of the app are after those of all servers. */
function helpLines(text: string): string[] {
  return [...HELP, ...text.split("\n").slice(HELP.length)];
}

/** A message with its number, and a line about its state if there is anything. */
function foldedLines(event: FoldedEvent): string[] {
  if (event.type !== "message") return [eventLine(event)];
  const { seq, edited, pinned, reactions = [], replies } = event;
  const state = [
    ...(edited === undefined ? [] : ["edited"]),
    ...(pinned === undefined ? [] : ["pinned"]),
    ...reactions.map(({ emoji, count }) => `${emoji} ${count}`),
    ...(replies === undefined ? [] : [`replies: ${replies.count}`]),
  ];
  const line = `#${seq} ${eventLine(event)}`;
  return state.length === 0 ? [line] : [line, `* #${seq}: ${state.join(", ")}`];
}

function resultLines({ text, messages, more, from }: SearchResults): string[] {
  const found = messages.flatMap((message) => foldedLines(message));
  const words = readableLines(text.replace(/\s+/gu, " "));
  const older = `/search #${from} ${words}`;
  if (more) return [...found, `* there may be more: ${older}`];
  return [...found, `* ${found.length > 0 ? "nothing more" : "nothing"} found`];
}

function privateLine(message: PrivateMessage, reader: Recipient): string {
  const { user, username, to, text } = message;
  const whom = user === reader.user && to !== username ? ` to ${to}` : "";
  return `(private) ${username}${whom}: ${readableLines(text)}`;
}

/** The day in UTC. No date is later than 8.64e15 ms. */
function day(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "an unknown day";
  const [words = ""] = date.toISOString().split("T");
  return words;
}

function wait({ retryAfter, until }: ErrorFrame): string {
  if (until !== undefined) return ` (until ${minute(until)})`;
  return retryAfter ? ` (try again in ${Math.ceil(retryAfter / 1000)} s)` : "";
}
