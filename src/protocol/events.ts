// Events: lists the kinds of events that a room's log stores, with their fields and their line for people.
import { moderatedLine } from "./moderated-line.ts";
import { readableLines } from "./readable-text.ts";
import type { RoomEvent } from "./server-frames.ts";

export type EventType = RoomEvent["type"];

type EventOf<Type extends EventType> = Extract<RoomEvent, { type: Type }>;

/** The fields of all kinds. The room sets them. */
type Header = "seq" | "room" | "user" | "username" | "at" | "id";

/** The fields of one kind, with its type. */
export type EventContent<Type extends EventType = EventType> =
  Type extends EventType ? Omit<EventOf<Type>, Header> : never;

/**
 * The required fields of a kind, beside those of all kinds. A field is a
 * string, or has a mark: # number, ? boolean, [] array, {} object.
 */
export const EVENT_FIELDS: { readonly [Type in EventType]: string } = {
  message: "text",
  moderated: "action",
};

/** The name of each kind for an app, which hears of stored events. */
export const EVENT_NAMES: { readonly [Type in EventType]: string } = {
  message: "message.created",
  moderated: "room.moderated",
};

/** Formats an event as one line for people. */
export const EVENT_LINES: {
  readonly [Type in EventType]: (event: EventOf<Type>) => string;
} = {
  message: ({ username, text }) => `${username}: ${readableLines(text)}`,
  moderated: moderatedLine,
};

/** Formats any event as one line for people. */
export function eventLine<Type extends EventType>(
  event: EventOf<Type> & { readonly type: Type },
): string {
  return EVENT_LINES[event.type](event);
}

/** @returns true if `type` is a kind that this release knows */
export function isEventType(type: string): type is EventType {
  return Object.hasOwn(EVENT_FIELDS, type);
}
