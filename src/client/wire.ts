// Frames from the server: what is in them, as far as it can be trusted to be what it says.
import { SEPARATOR } from "../protocol/framing.ts";
import type {
  BlockedUser,
  RoomMessage,
  ServerFrame,
} from "../protocol/server-frames.ts";

const WHO = "user username";
const SAID = `${WHO} text at#`;

/**
 * The fields without which a frame is not what its `type` says. They are
 * strings but for those with a mark: # number, + one that counts, ? boolean,
 * [] array, {} object.
 */
const FRAMES: Readonly<Record<ServerFrame["type"], string>> = {
  welcome: `${WHO} room epoch seq# mail# mailEpoch# members[] count# limits{}`,
  history: "messages[] more?",
  message: `${SAID} seq#`,
  private: `${SAID} mail# id to`,
  ack: "at#",
  joined: WHO,
  left: WHO,
  members: "members[] count#",
  count: "count#",
  typing: WHO,
  reset: "epoch seq#",
  registered: "username until#",
  released: "username restsUntil#",
  rotated: "username until#",
  blocked: "blocked[]",
  help: "text",
  pong: "",
  error: "code message",
};

const KINDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  "": (value) => typeof value === "string",
  "#": (value) => typeof value === "number",
  "+": (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  "?": (value) => typeof value === "boolean",
  "[]": Array.isArray,
  "{}": isObject,
};

/** An event of the room's log, of a kind that we may not know. */
export interface RoomEvent {
  readonly type: string;
  readonly seq: number;
}

/** The objects of one frame; what is no JSON is left out. */
export function readObjects(data: unknown, isBatch: boolean): unknown[] {
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

export function isServerMessage(value: unknown): value is ServerFrame {
  if (!isObject(value) || typeof value.type !== "string") return false;
  const { type } = value;
  if (!isKnown(type) || !has(value, FRAMES[type])) return false;
  return type !== "ack" || has(value, "seq#") || has(value, "private to");
}

export function isBlocked(value: unknown): value is BlockedUser {
  return has(value, "user");
}

export function isRoomEvent(value: unknown): value is RoomEvent {
  return has(value, "type seq#");
}

export function isRoomMessage(event: RoomEvent): event is RoomMessage {
  return event.type === "message" && isServerMessage(event);
}

/** Has it these fields, each of its kind? They are written as in the table. */
export function has(
  value: unknown,
  fields: string,
): value is Record<string, unknown> {
  if (!isObject(value)) return false;
  for (const [, name = "", mark = ""] of fields.matchAll(/(\w+)(\W*)/g))
    if (!KINDS[mark.trim()]?.(value[name])) return false;
  return true;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isKnown(type: string): type is ServerFrame["type"] {
  return Object.hasOwn(FRAMES, type);
}
