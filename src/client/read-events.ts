// Read events: define the types of the SDK's read markers and of the list of rooms.
import type { RoomsPage } from "../protocol/server-frames.ts";

/** The user has read up to a message, on another device. */
export interface ReadEvent {
  type: "read";
  read: number;
}

/** The user has read the mail up to a number, on another device. */
export interface MailReadEvent {
  type: "read";
  mail: number;
}

/** A page of the user's rooms, the last entered or left first. */
export type RoomList = Omit<RoomsPage, "type">;
