// Frame parser: reads frames from the server, and checks the fields that the client uses.
import { SEPARATOR } from "../protocol/framing.ts";
import type {
  BlockedUser,
  RoomMessage,
  ServerFrame,
} from "../protocol/server-frames.ts";

const USER_FIELDS = "user username";
const MESSAGE_FIELDS = `${USER_FIELDS} text at#`;

/**
 * The required fields of each frame type. They are strings, except for those
 * with a mark: # number, + integer from 0, ? boolean, [] array, {} object.
 */
const FRAME_FIELDS: Readonly<Record<ServerFrame["type"], string>> = {
  welcome: `${USER_FIELDS} room epoch seq# mail# mailEpoch# members[] count# limits{}`,
  history: "messages[] more?",
  message: `${MESSAGE_FIELDS} seq#`,
  private: `${MESSAGE_FIELDS} mail# id to`,
  ack: "at#",
  joined: USER_FIELDS,
  left: USER_FIELDS,
  members: "members[] count#",
  count: "count#",
  typing: USER_FIELDS,
  reset: "epoch seq#",
  registered: "username until#",
  released: "username restsUntil#",
  rotated: "username until#",
  blocked: "blocked[]",
  help: "text",
  pong: "",
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

/** An event of the room's log. Its type may be unknown to this release. */
export interface RoomEvent {
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

export function isServerFrame(value: unknown): value is ServerFrame {
  if (!isObject(value) || typeof value.type !== "string") return false;
  const { type } = value;
  if (!isKnownType(type) || !hasFields(value, FRAME_FIELDS[type])) return false;
  return (
    type !== "ack" || hasFields(value, "seq#") || hasFields(value, "private to")
  );
}

export function isBlockedUser(value: unknown): value is BlockedUser {
  return hasFields(value, "user");
}

export function isRoomEvent(value: unknown): value is RoomEvent {
  return hasFields(value, "type seq#");
}

export function isRoomMessage(event: RoomEvent): event is RoomMessage {
  return event.type === "message" && isServerFrame(event);
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

function isKnownType(type: string): type is ServerFrame["type"] {
  return Object.hasOwn(FRAME_FIELDS, type);
}
