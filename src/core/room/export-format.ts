// Export format: an export holds a room's log as lines of JSON, first a header and then each event.
import * as v from "valibot";
import {
  RoomNameSchema,
  SeqSchema,
  StoredEventSchema,
} from "../../protocol/event-schemas.ts";

/** Increased when older releases could misread an export. */
const VERSION = 1;

/** In characters; epochs that rooms make are shorter. */
const EPOCH_MAX = 64;

const HeaderSchema = v.object({
  type: v.literal("export"),
  version: v.literal(VERSION),
  room: RoomNameSchema,
  epoch: v.pipe(
    v.string(),
    v.maxLength(EPOCH_MAX, `at most ${EPOCH_MAX} characters`),
  ),
  /** Number of the first event, and of the last one; `seq` is 0 if there is none. */
  first: SeqSchema,
  seq: SeqSchema,
});
export type ExportHeader = v.InferOutput<typeof HeaderSchema>;

/** Fields of some kinds of events, whose place in a line is fixed. */
interface EventFields {
  readonly user?: string;
  readonly username?: string;
  readonly id?: string | undefined;
  readonly bot?: true | undefined;
  readonly by?: unknown;
}

/** The value of a line, or a description of its error. */
export type ReadLine<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly wrong: string };

/** @returns the first line of an export */
export function exportHeader(header: Omit<ExportHeader, "type" | "version">) {
  return JSON.stringify({ type: "export", version: VERSION, ...header });
}

/**
 * An import refuses such a file: it has one user's events of a room.
 *
 * @returns the first line of an export for a user
 */
export function userExportHeader({
  room,
  user,
  ...range
}: Omit<ExportHeader, "type" | "version"> & { readonly user: string }) {
  return JSON.stringify({
    ...{ type: "user-export", version: VERSION, room, user },
    ...range,
  });
}

/** Reads the first line of an export; other versions are an error. */
export function readHeader(line: string): ReadLine<ExportHeader> {
  const read = readLine(HeaderSchema, line);
  if (!read.ok) return read;
  const { first, seq } = read.value;
  const isEmpty = seq === 0 && first <= 1;
  return isEmpty || (first >= 1 && first <= seq)
    ? read
    : wrong("first: expected 1 or more, and no more than seq.");
}

/**
 * Reads one event. An unknown kind is an error, so that no event is lost.
 *
 * @param expected the `seq` that the event must have
 * @returns the event as the room called `room` would have stored it
 */
export function readEvent(
  line: string,
  expected: number,
  room: string,
): ReadLine<string> {
  const read = readLine(StoredEventSchema, line);
  if (!read.ok) return read;
  const { type, seq, room: _, at, ...rest } = read.value;
  if (seq !== expected) return wrong(`seq: expected ${expected}.`);
  const { user, username, id, bot, by, ...own } = rest as EventFields;
  // In the order of the fields in which rooms write them.
  const event = {
    ...{ type, seq, room },
    ...(user !== undefined && { user, username }),
    ...own,
    ...(bot && { bot }),
    ...(by !== undefined && { by }),
    at,
    ...(id !== undefined && { id }),
  };
  return { ok: true, value: JSON.stringify(event) };
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
