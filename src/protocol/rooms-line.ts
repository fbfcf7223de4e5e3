// Rooms line: formats the list of a user's rooms for people, one line for each room.
import type { RoomsPage, VisitedRoom } from "./read-state.ts";

/** A count that has reached this means that many or more. */
const COUNT_MAX = 100;

export function roomsLines({ rooms, more }: RoomsPage): string[] {
  const lines = rooms.map((room) => `* ${room.room}: ${unreadWords(room)}`);
  if (rooms.length === 0) return ["* no rooms"];
  return more ? [...lines, "* there are more rooms"] : lines;
}

/** @returns how much is new in a room, in words */
export function unreadWords({ unread }: VisitedRoom): string {
  if (unread === undefined) return "does not answer";
  if (unread === 0) return "nothing new";
  return `${unreadCount(unread)} new`;
}

/** @returns the count as people read it: from 100 on `99+` */
export function unreadCount(unread: number): string {
  return unread >= COUNT_MAX ? "99+" : `${unread}`;
}
