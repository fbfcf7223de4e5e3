// Chat events: passes the events of one room and of its client to one listener, in their order.
import type { ClientEvent, Room, RoomEvent } from "../client/index.ts";

/** The state and the pending messages are told once: by the room, by the client. */
export type ChatEvent =
  | Exclude<RoomEvent, { type: "pending" | "read" | "seen" }>
  | Exclude<ClientEvent, { type: "state" | "read" }>;

const ROOM_EVENTS = [
  ...(["state", "message", "edited", "deleted", "reacted"] as const),
  ...(["pinned", "unpinned", "topic", "moderated"] as const),
  ...(["joined", "left", "reported", "report_closed"] as const),
  ...(["updated", "members", "typing", "gap", "error"] as const),
];
const CLIENT_EVENTS = [
  ...(["private", "mention", "pending", "error"] as const),
  ...(["registered", "released", "rotated", "blocked"] as const),
];

export function listen(room: Room, listener: (event: ChatEvent) => void): void {
  for (const type of ROOM_EVENTS) room.on(type, listener);
  for (const type of CLIENT_EVENTS) room.client.on(type, listener);
}
