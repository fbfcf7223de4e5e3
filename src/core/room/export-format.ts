// A room's log as lines of JSON for another server: a header, then each event. Written and read here.
import * as v from "valibot";
import {
  MessageSchema,
  type RoomMessage,
  StoredTextSchema,
} from "../../protocol/client-frames.ts";
import { readRoomName, readUsername } from "../../protocol/names.ts";
import { SETTINGS } from "../../protocol/settings.ts";

/** Raised when older releases could misread what is written. */
const VERSION = 1;

/** A room at this number has as many ahead of it as it will ever need. */
const SEQ_MAX = 1e15;
/** The end of the year 9999, in ms since 1970: later years need five digits. */
const TIME_MAX = 253_402_300_799_999;
/** Longer than any epoch of ours. */
const EPOCH_MAX = 64;

const whole = (max: number) =>
  v.pipe(
    v.number(),
    v.check(
      (n) => Number.isInteger(n) && n >= 0 && n <= max,
      `a whole number from 0 to ${max}`,
    ),
  );
const seq = whole(SEQ_MAX);
const roomName = v.pipe(
  v.string(),
  v.check(isSpelling(readRoomName), "a room's name"),
);

const HeaderSchema = v.object({
  type: v.literal("export"),
  version: v.literal(VERSION),
  room: roomName,
  epoch: v.pipe(
    v.string(),
    v.maxLength(EPOCH_MAX, `at most ${EPOCH_MAX} characters`),
  ),
  /** Number of the first event, and of the last: 0 if there is none. */
  first: seq,
  seq,
});
export type ExportHeader = v.InferOutput<typeof HeaderSchema>;

const { id } = MessageSchema.entries;
/** Messages are all the events there are as yet; an unknown kind is refused. */
const EventSchema = v.object({
  type: v.literal("message"),
  seq,
  room: roomName,
  user: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, "a public id")),
  username: v.pipe(v.string(), v.check(isSpelling(readUsername), "a name")),
  text: v.pipe(StoredTextSchema, v.check(isShort, "a shorter text")),
  at: whole(TIME_MAX),
  id,
});

/** A line that was read, or what is wrong with it. */
export type ReadLine<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly wrong: string };

export function exportHeader(header: Omit<ExportHeader, "type" | "version">) {
  return JSON.stringify({ type: "export", version: VERSION, ...header });
}

export function readHeader(line: string): ReadLine<ExportHeader> {
  const read = readLine(HeaderSchema, line);
  if (!read.ok) return read;
  const { first, seq } = read.value;
  const isEmpty = seq === 0 && first <= 1;
  return isEmpty || (first >= 1 && first <= seq)
    ? read
    : wrong("first: expected 1 or more, and no more than seq.");
}

/** An event as the room called `room` would have stored it under this number. */
export function readEvent(
  line: string,
  expected: number,
  room: string,
): ReadLine<string> {
  const read = readLine(EventSchema, line);
  if (!read.ok) return read;
  const { seq, user, username, text, at, id } = read.value;
  if (seq !== expected) return wrong(`seq: expected ${expected}.`);
  const message: RoomMessage = {
    type: "message",
    seq,
    room,
    user,
    username,
    text,
    at,
    ...(id !== undefined && { id }),
  };
  return { ok: true, value: JSON.stringify(message) };
}

function readLine<T>(
  schema: v.GenericSchema<unknown, T>,
  line: string,
): ReadLine<T> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return wrong("not JSON.");
  }
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return { ok: true, value: result.output };
  const [issue] = result.issues;
  const words = issue.kind === "schema" ? issue.expected : issue.message;
  const path = v.getDotPath(issue);
  return wrong(`${path === null ? "" : `${path}: `}expected ${words}.`);
}

function wrong(what: string): { readonly ok: false; readonly wrong: string } {
  return { ok: false, wrong: what };
}

function isSpelling(read: (raw: string) => string | null) {
  return (name: string) => read(name) === name;
}

/** As long as any server may allow, or shorter. */
function isShort(text: string): boolean {
  const { max } = SETTINGS.TEXT_MAX;
  return (
    text.length <= max || (text.length <= 2 * max && [...text].length <= max)
  );
}
