// Events: the kinds of events that a room's log stores, with the fields and the line for people of each.
import { readableLines } from "./readable-text.ts";
import type { RoomEvent } from "./server-frames.ts";

export type EventType = RoomEvent["type"];

type EventOf<Type extends EventType> = Extract<RoomEvent, { type: Type }>;

/** The fields that every event has. The room fills them in. */
type Header = "seq" | "room" | "user" | "username" | "at" | "id";

/** The fields that a kind of event has of its own, with its type. */
export type EventContent<Type extends EventType = EventType> = Omit<
  EventOf<Type>,
  Header
>;

/**
 * The fields without which an event is not of its kind, beside those of every
 * event: strings, or as a mark says: # number, ? boolean, [] array, {} object.
 */
export const EVENT_FIELDS: { readonly [Type in EventType]: string } = {
  message: "text",
};

/** An event as one line for people. */
export const EVENT_LINES: {
  readonly [Type in EventType]: (event: EventOf<Type>) => string;
} = {
  message: ({ username, text }) => `${username}: ${readableLines(text)}`,
};

/** @returns true if `type` is a kind that this release knows */
export function isEventType(type: string): type is EventType {
  return Object.hasOwn(EVENT_FIELDS, type);
}
