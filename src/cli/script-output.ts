// What a script is told: as lines of JSON, or as the lines that people read.
import type {
  Chat,
  ChatError,
  ChatEvent,
  HistoryResult,
  PrivateReceipt,
  RoomReceipt,
} from "../client/index.ts";
import type { Colours } from "./colours.ts";
import { paintPlain } from "./paint.ts";
import { complaint, notice, readerOf, whyOf } from "./render.ts";
import { safeJson } from "./safe-text.ts";
import type { Line } from "./span.ts";
import { Transcript } from "./transcript.ts";

/** Something that a script said, as it is told what became of it. */
export interface Said {
  /** Absent where it could not be read. */
  readonly text?: string | undefined;
  readonly to?: string | undefined;
  /** The script's own mark for it. */
  readonly ref?: string | number | undefined;
}

export type Members = Awaited<ReturnType<Chat["who"]>>;

export interface ScriptOutput {
  event(event: ChatEvent, isOwn: boolean): void;
  acked(said: Said, receipt: RoomReceipt | PrivateReceipt): void;
  failed(said: Said | null, error: Pick<ChatError, "code" | "message">): void;
  members(list: Members): void;
  history(page: HistoryResult): void;
}

/** Takes whole lines. */
export type Write = (line: string) => void;

/** One object a line; nothing in it acts on a terminal. */
export function jsonOutput(chat: Chat, write: Write): ScriptOutput {
  const tell = (value: object) => write(safeJson(value));
  return {
    event: (event) => {
      switch (event.type) {
        case "state": {
          const { type, state, reason } = event;
          const { room, username } = chat;
          tell({ type, state, room, username, ...toldError(reason) });
          break;
        }
        case "error":
          tell({ type: "error", ...toldError(event.error) });
          break;
        case "pending":
          break;
        case "message":
        case "private":
        case "joined":
        case "left":
        case "members":
        case "typing":
        case "gap":
        case "registered":
        case "released":
        case "rotated":
        case "blocked":
          tell(event);
          break;
        default:
          event satisfies never;
      }
    },
    acked: ({ ref }, receipt) => tell({ ...receipt, ref }),
    failed: (said, error) =>
      tell({ type: "failed", ...said, ...toldError(error) }),
    members: (list) => tell({ type: "members", ...list }),
    history: (page) => tell({ type: "history", ...page }),
  };
}

/** Lines as in the server's own text format; what went wrong by itself. */
export function plainOutput(
  chat: Chat,
  colours: Colours,
  write: Write,
  complain: Write,
): ScriptOutput {
  const reader = readerOf(chat, false);
  const transcript = new Transcript(reader);
  const show = (line: Line) => write(paintPlain(line, colours));
  const wrong = (text: string) =>
    complain(paintPlain(complaint(text), colours));
  return {
    event: (event, isOwn) => {
      if (isOwn) return;
      const { room, count } = chat;
      if (event.type === "error") wrong(event.error.message);
      else if (event.type === "state" && event.state === "offline")
        wrong(`${event.reason?.message ?? "Offline."} Trying again.`);
      else if (event.type === "state" && event.state === "refused")
        wrong(event.reason ? whyOf(event.reason) : "The server refused.");
      else
        for (const line of transcript.linesOf(event, room, count)) show(line);
    },
    acked: () => {},
    failed: (said, { message }) =>
      wrong(said?.text === undefined ? message : `${said.text}: ${message}`),
    members: ({ members, more }) =>
      show(
        notice(
          `here: ${members.join(", ")}${more ? ", ..." : ""}`,
          null,
          reader,
        ),
      ),
    history: ({ messages }) => {
      for (const line of transcript.withDays(messages)) show(line);
    },
  };
}

function toldError(error: Pick<ChatError, "code" | "message"> | null) {
  return error === null ? {} : { code: error.code, message: error.message };
}
