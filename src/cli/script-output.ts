// Script output: writes events and results for a script, as lines of JSON or as lines for people.
import type {
  ActReceipt,
  ChatError,
  CommandResult,
  HistoryResult,
  PrivateReceipt,
  ReportPage,
  Room,
  RoomList,
  RoomReceipt,
} from "../client/index.ts";
import { roomsLines } from "../protocol/rooms-line.ts";
import type { ChatEvent } from "./chat-events.ts";
import type { Colours } from "./colours.ts";
import {
  errorLine,
  errorText,
  noticeLine,
  reportsLines,
  viewerOf,
} from "./render.ts";
import { safeJson } from "./safe-text.ts";
import type { StyledLine } from "./styled-text.ts";
import { Transcript } from "./transcript.ts";
import { plainLine } from "./wrap.ts";

/** The message of a script that a result belongs to. */
export interface ScriptMessage {
  /** Absent if the input could not be parsed. */
  readonly text?: string | undefined;
  readonly to?: string | undefined;
  /** The script's own reference. */
  readonly ref?: string | number | undefined;
}

export type Members = Awaited<ReturnType<Room["listMembers"]>>;

export interface ScriptOutput {
  event(event: ChatEvent, isOwn: boolean): void;
  acked(
    scriptMessage: ScriptMessage,
    receipt: RoomReceipt | PrivateReceipt | ActReceipt,
  ): void;
  failed(
    scriptMessage: ScriptMessage | null,
    error: Pick<ChatError, "code" | "message">,
  ): void;
  members(list: Members): void;
  history(page: HistoryResult): void;
  results(page: HistoryResult): void;
  reports(page: ReportPage): void;
  rooms(page: RoomList): void;
  /** The app's answer to a command. */
  replied(name: string, result: CommandResult): void;
}

/** Writes whole lines. */
export type Write = (line: string) => void;

/** One object per line, in which nothing acts on a terminal. */
export function jsonOutput(room: Room, write: Write): ScriptOutput {
  const writeObject = (value: object) => write(safeJson(value));
  return {
    event: (event) => {
      switch (event.type) {
        case "state": {
          const { type, state, reason } = event;
          const { name, client } = room;
          const { username } = client;
          writeObject({
            type,
            state,
            room: name,
            username,
            ...errorFields(reason),
          });
          break;
        }
        case "error":
          writeObject({ type: "error", ...errorFields(event.error) });
          break;
        case "pending":
          break;
        case "message":
        case "edited":
        case "deleted":
        case "reacted":
        case "pinned":
        case "unpinned":
        case "topic":
        case "moderated":
        case "private":
        case "mention":
        case "joined":
        case "updated":
        case "left":
        case "members":
        case "typing":
        case "gap":
        case "reported":
        case "report_closed":
        case "registered":
        case "released":
        case "rotated":
        case "blocked":
          writeObject(event);
          break;
        default:
          event satisfies never;
      }
    },
    acked: ({ ref }, receipt) => writeObject({ ...receipt, ref }),
    failed: (scriptMessage, error) =>
      writeObject({ type: "failed", ...scriptMessage, ...errorFields(error) }),
    members: (list) => writeObject({ type: "members", ...list }),
    history: (page) => writeObject({ type: "history", ...page }),
    results: (page) => writeObject({ type: "results", ...page }),
    reports: (page) => writeObject({ type: "reports", ...page }),
    rooms: (page) => writeObject({ type: "rooms", ...page }),
    replied: (command, result) =>
      writeObject({ type: "reply", command, ...result }),
  };
}

/** Lines as in the server's text format; errors go to another stream. */
export function plainOutput(
  room: Room,
  colours: Colours,
  write: Write,
  writeError: Write,
): ScriptOutput {
  const viewer = viewerOf(room.client, false);
  const transcript = new Transcript(viewer);
  const show = (line: StyledLine) => write(plainLine(line, colours));
  const writeProblem = (text: string) =>
    writeError(plainLine(errorLine(text), colours));
  return {
    event: (event, isOwn) => {
      if (isOwn) return;
      const { name, count } = room;
      if (event.type === "error") writeProblem(event.error.message);
      else if (event.type === "state" && event.state === "reconnecting")
        writeProblem(
          `${event.reason?.message ?? "The connection is lost."} Trying again.`,
        );
      else if (event.type === "state" && event.state === "failed")
        writeProblem(
          event.reason ? errorText(event.reason) : "The server refused.",
        );
      else
        for (const line of transcript.eventLines(event, name, count))
          show(line);
    },
    acked: () => {},
    failed: (scriptMessage, { message }) =>
      writeProblem(
        scriptMessage?.text === undefined
          ? message
          : `${scriptMessage.text}: ${message}`,
      ),
    members: ({ members, more }) =>
      show(
        noticeLine(
          `here: ${members.join(", ")}${more ? ", ..." : ""}`,
          null,
          viewer,
        ),
      ),
    history: ({ messages }) => {
      for (const line of transcript.pageLines(messages)) show(line);
    },
    results: ({ messages, more, from }) => {
      for (const line of transcript.pageLines(messages)) show(line);
      if (more)
        show(noticeLine(`older messages: before #${from}`, null, viewer));
    },
    reports: (page) => {
      for (const line of reportsLines(page, viewer)) show(line);
    },
    rooms: (page) => {
      for (const line of roomsLines({ type: "rooms", ...page }))
        show(noticeLine(line.slice(2), null, viewer));
    },
    replied: (name, { replies }) => {
      for (const line of replies.flatMap((text) => text.split("\n")))
        show(noticeLine(`/${name}: ${line}`, null, viewer));
    },
  };
}

function errorFields(
  error: (Pick<ChatError, "code" | "message"> & Partial<ChatError>) | null,
) {
  if (error === null) return {};
  const { code, message, until } = error;
  return { code, message, ...(until !== undefined && { until }) };
}
