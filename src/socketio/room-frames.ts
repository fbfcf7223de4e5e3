// Room frames: reads the frames of a room, and writes each event of it once as JSON for all clients that get it.
import { isEventType } from "../protocol/events.ts";
import { SEPARATOR } from "../protocol/framing.ts";
import type {
  MentionFrame,
  PrivateMessage,
  RoomEvent,
  ServerFrame,
} from "../protocol/server-frames.ts";
import type { EventNames } from "./event-names.ts";

export interface RoomFrame {
  readonly frame: ServerFrame;
  /**
   * The arguments of the event that clients hear, without the offset and the
   * bracket at the end; null: it is no event for clients.
   */
  readonly args: string | null;
}

/** A frame that is numbered among the mail of the user. */
export type MailFrame = PrivateMessage | MentionFrame;

export function isMail(frame: ServerFrame | undefined): frame is MailFrame {
  return frame?.type === "private" || frame?.type === "mention";
}

/** The start of a message, in the order in which rooms write its fields. */
const MESSAGE = '{"type":"message",';
/** Messages whose JSON is kept for the next member who gets them. */
const MESSAGES_MAX = 256;
const LINE_MAX = 4096;

/** Reads the frames of one server. */
export class RoomFrames {
  readonly names: EventNames;
  /** By line: a message comes to each member, between other lines each time. */
  readonly #messages = new Map<string, RoomFrame>();

  constructor(names: EventNames) {
    this.names = names;
  }

  /** Reads a frame of the subprotocol, which holds one object or more. */
  read(text: string, room: string): readonly RoomFrame[] {
    return text.split(SEPARATOR).map((line) => this.#read(line, room));
  }

  /** Writes an event of a page. */
  ofEvent(event: RoomEvent): RoomFrame {
    return { frame: event, args: this.#argsOf(event, event.room) };
  }

  /** Writes a private message that came by a room, or a mention. */
  ofMail(frame: MailFrame, room: string): string {
    if (frame.type === "mention") {
      const { type, ...fields } = frame;
      return args(type, fields);
    }
    const { type: _, text, username, to, ...more } = frame;
    const payload = {
      room,
      type: "private",
      username,
      message: text,
      target: to,
    };
    return args(this.names.message, payload, more);
  }

  /** An event on a page: as one object, with its number and its time. */
  pageEntry(event: RoomEvent): Readonly<Record<string, unknown>> {
    if (event.type !== "message") return { ...(event as object) };
    const { type: _, text, ...more } = event;
    return { ...more, type: "generic", message: text };
  }

  #read(line: string, room: string): RoomFrame {
    // A message names its room; other lines are short or for one member.
    const isKept = line.startsWith(MESSAGE) && line.length <= LINE_MAX;
    if (!isKept) return this.#parse(line, room);
    let message = this.#messages.get(line);
    if (message === undefined) {
      if (this.#messages.size >= MESSAGES_MAX) this.#messages.clear();
      message = this.#parse(line, room);
      this.#messages.set(line, message);
    }
    return message;
  }

  #parse(line: string, room: string): RoomFrame {
    const frame: ServerFrame = JSON.parse(line);
    return { frame, args: this.#argsOf(frame, room) };
  }

  #argsOf(frame: ServerFrame, room: string): string | null {
    const { names } = this;
    switch (frame.type) {
      case "message": {
        const { type: _, room: spelt, username, text, ...more } = frame;
        const payload = {
          room: spelt,
          type: "generic",
          username,
          message: text,
        };
        return args(names.message, payload, more);
      }
      case "joined":
      case "left": {
        const { type, ...more } = frame;
        return args(names.message, `${frame.username} has ${type} !`, {
          room,
          ...more,
        });
      }
      case "typing": {
        const { type: _, ...user } = frame;
        return args(names.typing, { room, ...user });
      }
      case "count":
        return args("count", { room, count: frame.count });
      default:
        return argsOfOther(frame);
    }
  }
}

/** Every other kind of event that is stored, under its own name. */
function argsOfOther(frame: ServerFrame): string | null {
  const { type, ...fields } = frame;
  return isEventType(type) ? args(type, fields) : null;
}

function args(name: string, ...values: readonly unknown[]): string {
  return JSON.stringify([name, ...values]).slice(0, -1);
}
