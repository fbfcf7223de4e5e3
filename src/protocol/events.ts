// Events: lists the kinds of events that a room's log stores, with their fields and their line for people.
import { moderatedLine } from "./moderated-line.ts";
import { readableLines } from "./readable-text.ts";
import type { RoomEvent } from "./room-events.ts";

export type EventType = RoomEvent["type"];

type EventOf<Type extends EventType> = Extract<RoomEvent, { type: Type }>;

/** The kinds that have an author. A reaction names several users. */
export type AuthoredType = Exclude<EventType, "reacted">;

/** The fields that the room sets, of all kinds. */
type Header = "seq" | "room" | "user" | "username" | "at" | "id";

/** The fields of one kind, with its type. */
export type EventContent<Type extends EventType = EventType> =
  Type extends EventType ? Omit<EventOf<Type>, Header> : never;

/** The fields of an event that has an author, and of other frames about a user. */
export const AUTHOR_FIELDS = "user username";

/**
 * The required fields of a kind, beside the number and the time. A field is a
 * string, or has a mark: # number, ? boolean, [] array, {} object.
 */
export const EVENT_FIELDS: { readonly [Type in EventType]: string } = {
  message: `${AUTHOR_FIELDS} text`,
  moderated: `${AUTHOR_FIELDS} action`,
  edited: `${AUTHOR_FIELDS} of#`,
  deleted: `${AUTHOR_FIELDS} of#`,
  erased: AUTHOR_FIELDS,
  reacted: "of# emoji added[] removed[] count#",
  pinned: `${AUTHOR_FIELDS} of#`,
  unpinned: `${AUTHOR_FIELDS} of#`,
  topic: `${AUTHOR_FIELDS} text`,
};

/** The name of each kind for an app, which hears of stored events. */
export const EVENT_NAMES: { readonly [Type in EventType]: string } = {
  message: "message.created",
  moderated: "room.moderated",
  edited: "message.edited",
  deleted: "message.deleted",
  erased: "message.erased",
  reacted: "message.reacted",
  pinned: "message.pinned",
  unpinned: "message.unpinned",
  topic: "room.topic",
};

/** Formats an event as one line for people. */
export const EVENT_LINES: {
  readonly [Type in EventType]: (event: EventOf<Type>) => string;
} = {
  message: ({ username, text, replyTo, thread }) => {
    const answered = replyTo ?? thread;
    const to = answered === undefined ? "" : ` (to #${answered})`;
    return `${username}${to}: ${readableLines(text)}`;
  },
  moderated: moderatedLine,
  edited: ({ username, of, text }) =>
    text === undefined
      ? `* ${username} edited #${of}`
      : `* ${username} edited #${of}: ${readableLines(text)}`,
  deleted: ({ username, of, reason }) =>
    reason === undefined
      ? `* ${username} deleted #${of}`
      : `* ${username} deleted #${of}: ${readableLines(reason)}`,
  erased: ({ username, seq }) => `* #${seq} of ${username} is deleted`,
  reacted: ({ of, emoji, added, removed, count }) => {
    const names = (people: readonly { username: string }[]) =>
      people.map(({ username }) => username).join(", ");
    const parts = [
      ...(added.length > 0 ? [`+ ${names(added)}`] : []),
      ...(removed.length > 0 ? [`- ${names(removed)}`] : []),
    ];
    return `* ${emoji} on #${of}: ${parts.join(" ")} (${count})`;
  },
  pinned: ({ username, of }) => `* ${username} pinned #${of}`,
  unpinned: ({ username, of }) => `* ${username} unpinned #${of}`,
  topic: ({ username, text }) =>
    text === ""
      ? `* ${username} removed the topic`
      : `* ${username} set the topic: ${readableLines(text)}`,
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
