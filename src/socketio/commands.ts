// Commands: reads the arguments of a client's events, in the forms that clients of a Socket.IO chat use.
import { isObject } from "./packet.ts";

export interface JoinCommand {
  /** null: the room that the client named when it connected. */
  readonly room: string | null;
  readonly username: string | null;
  /** The size of the page after the join; null: the default. */
  readonly history: number | null;
}

export interface SendCommand {
  /** null: the room that the client joined last. */
  readonly room: string | null;
  readonly text: string;
  readonly id: string | null;
  /** The app's data; undefined: none. */
  readonly data: unknown;
  /** The numbers of the messages that it answers; the room checks them. */
  readonly replyTo?: unknown;
  readonly thread?: unknown;
}

/** A change to a message. The room checks its fields. */
export interface ChangeCommand {
  /** null: the room that the client joined last. */
  readonly room: string | null;
  readonly id: string | null;
  /** The frame without the id. */
  readonly frame: Readonly<Record<string, unknown>>;
}

export interface PrivateCommand extends SendCommand {
  readonly to: string;
}

type Args = readonly unknown[];

/** Reads `{roomname, username}`, or `room, username`. */
export function readJoin([first, second]: Args): JoinCommand | null {
  if (!isObject(first)) {
    if (first !== undefined && typeof first !== "string") return null;
    return { room: first ?? null, username: text(second), history: null };
  }
  const room = text(first.roomname) ?? text(first.room);
  const { history } = first;
  return {
    room,
    username: text(first.username),
    history: typeof history === "number" ? history : null,
  };
}

/** Reads `text, id?`, or `{room?, message, id?, data?}, id?`. */
export function readSend([first, second]: Args): SendCommand | null {
  const id = text(second);
  if (typeof first === "string")
    return { room: null, text: first, id, data: undefined };
  if (!isObject(first)) return null;
  const said = text(first.message) ?? text(first.text);
  if (said === null) return null;
  return {
    room: text(first.room) ?? text(first.roomname),
    text: said,
    id: text(first.id) ?? id,
    data: first.data,
    ...(first.replyTo !== undefined && { replyTo: first.replyTo }),
    ...(first.thread !== undefined && { thread: first.thread }),
  };
}

/** Reads `of, text, id?`, or `{room?, of, message, id?, data?}, id?`. */
export function readEdit([first, second, third]: Args): ChangeCommand | null {
  const [of, said] = isObject(first)
    ? [first.of, text(first.message) ?? text(first.text)]
    : [first, text(second)];
  if (said === null) return null;
  const data = isObject(first) ? first.data : undefined;
  const fields = { text: said, ...(data !== undefined && { data }) };
  return changeOf("edit", first, of, fields, isObject(first) ? second : third);
}

/** Reads `of, id?`, or `{room?, of, reason?, id?}, id?`. */
export function readDelete([first, second]: Args): ChangeCommand | null {
  const { of, reason } = isObject(first)
    ? first
    : { of: first, reason: undefined };
  const fields = reason === undefined ? {} : { reason };
  return changeOf("delete", first, of, fields, second);
}

/** Reads `of, emoji, on?, id?`, or `{room?, of, emoji, on?, id?}, id?`. */
export function readReact(args: Args): ChangeCommand | null {
  const [first, second, third, fourth] = args;
  if (isObject(first)) {
    const { of, emoji, on = true } = first;
    return changeOf("react", first, of, { emoji, on }, second);
  }
  const [on, id] = typeof third === "boolean" ? [third, fourth] : [true, third];
  return changeOf("react", first, first, { emoji: second, on }, id);
}

function changeOf(
  type: string,
  first: unknown,
  of: unknown,
  fields: object,
  id: unknown,
): ChangeCommand | null {
  // 0 would be whatever message is the newest.
  if (typeof of !== "number" || of < 1) return null;
  const named = isObject(first) ? first : {};
  return {
    room: text(named.room) ?? text(named.roomname),
    id: text(named.id) ?? text(id),
    frame: { type, of, ...fields },
  };
}

/** Reads `"@bob text", id?`, or `{to, message, id?, data?}, id?`. */
export function readPrivate(args: Args): PrivateCommand | null {
  const send = readSend(args);
  if (send === null) return null;
  const [first] = args;
  if (isObject(first)) {
    const to = text(first.to) ?? text(first.target);
    return to === null ? null : { ...send, to };
  }
  const [, to, said] = /^\s*@(\S+)\s+(.*)$/s.exec(send.text) ?? [];
  return to === undefined || said === undefined
    ? null
    : { ...send, to, text: said };
}

/** Reads a room that is named, or null for the one that was joined last. */
export function readRoom([first]: Args): string | null {
  return isObject(first)
    ? (text(first.roomname) ?? text(first.room))
    : text(first);
}

export function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
