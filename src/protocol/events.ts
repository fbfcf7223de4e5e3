// Events: the kinds of events that a room's log stores; each has a number, a room, an author and a time.
import type { RoomMessage } from "./client-frames.ts";

/** One stored event of a room, as it goes over the wire. */
export type RoomEvent = RoomMessage;

/** The fields that every event has: the room fills them in. */
type Header = "seq" | "room" | "user" | "username" | "at" | "id";

/** The fields that a kind of event has of its own, with its type. */
export type EventContent = Omit<RoomEvent, Header>;
