// Frame parser: reads frames from the server, and checks the fields that the client uses.
import {
  AUTHOR_FIELDS,
  EVENT_FIELDS,
  type EventType,
  isEventType,
} from "../protocol/events.ts";
import { SEPARATOR } from "../protocol/framing.ts";
import type {
  BlockedUser,
  MemberDetails,
  Reactor,
  RoomEvent,
  ServerFrame,
} from "../protocol/server-frames.ts";

/** The required fields of every stored event, beside those of its kind. */
const HEADER_FIELDS = "at# seq#";

/**
 * The required fields of each frame type; those of stored events are in the
 * table of event kinds. They are strings, except for those with a mark: #
 * number, + integer from 0, ? boolean, [] array, {} object.
 */
const FRAME_FIELDS: Readonly<
  Record<Exclude<KnownFrame["type"], EventType>, string>
> = {
  welcome: `${AUTHOR_FIELDS} room epoch seq# mail# mailEpoch# members[] count# limits{}`,
  history: "messages[]",
  results: "messages[] from# to# asOf#",
  private: `${AUTHOR_FIELDS} text at# mail# id to`,
  mention: `${AUTHOR_FIELDS} room epoch of# at# mail#`,
  ack: "at#",
  joined: AUTHOR_FIELDS,
  updated: AUTHOR_FIELDS,
  left: AUTHOR_FIELDS,
  members: "members[] count#",
  count: "count#",
  typing: AUTHOR_FIELDS,
  // Of the room or of the mail: see read-marker.ts.
  read: "",
  seen: `${AUTHOR_FIELDS} read#`,
  rooms: "rooms[] more?",
  forgotten: "room",
  reset: "epoch seq#",
  registered: "username until#",
  released: "username",
  rotated: "username",
  blocked: "blocked[]",
  reported: "report#",
  reports: "reports[]",
  report_closed: "report#",
  reply: "text",
  error: "code message",
};

const FIELD_CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  "": (value) => typeof value === "string",
  "#": (value) => typeof value === "number",
  "+": (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  "?": (value) => typeof value === "boolean",
  "[]": Array.isArray,
  "{}": isObject,
};

/** A frame that the client handles. */
export type KnownFrame = Exclude<ServerFrame, { type: "help" | "pong" }>;

/** An event of the room's log. Its kind may be unknown to this release. */
export interface LogEvent {
  readonly type: string;
  readonly seq: number;
}

/** The objects of one frame. Lines that are not JSON are ignored. */
export function parseFrame(data: unknown, isBatch: boolean): unknown[] {
  if (typeof data !== "string") return [];
  const lines = isBatch ? data.split(SEPARATOR) : [data];
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}

export function isKnownFrame(value: unknown): value is KnownFrame {
  if (!hasFields(value, "type")) return false;
  const fields = fieldsOf(String(value.type));
  return fields !== undefined && hasFields(value, fields);
}

export function isMemberDetails(value: unknown): value is MemberDetails {
  return hasFields(value, AUTHOR_FIELDS);
}

export function isBlockedUser(value: unknown): value is BlockedUser {
  return hasFields(value, "user");
}

export function isLogEvent(value: unknown): value is LogEvent {
  return hasFields(value, "type seq#");
}

/** The users who have made the event. */
export function usersOf(event: RoomEvent): Reactor[] {
  const users =
    event.type === "reacted" ? [...event.added, ...event.removed] : [event];
  return users.filter(isMemberDetails);
}

/** True if the event is of a kind that this release knows. */
export function isRoomEvent(event: LogEvent): event is RoomEvent {
  return isEventType(event.type) && isKnownFrame(event);
}

/** True if the value has these fields, in the notation of the table. */
export function hasFields(
  value: unknown,
  fields: string,
): value is Record<string, unknown> {
  if (!isObject(value)) return false;
  for (const [, name = "", mark = ""] of fields.matchAll(/(\w+)(\W*)/g))
    if (!FIELD_CHECKS[mark.trim()]?.(value[name])) return false;
  return true;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function fieldsOf(type: string): string | undefined {
  if (isEventType(type)) return `${HEADER_FIELDS} ${EVENT_FIELDS[type]}`;
  return isOtherType(type) ? FRAME_FIELDS[type] : undefined;
}

function isOtherType(type: string): type is keyof typeof FRAME_FIELDS {
  return Object.hasOwn(FRAME_FIELDS, type);
}
