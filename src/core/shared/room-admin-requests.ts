// Room admin requests: the operator reads a room's figures, closes, opens and deletes it with these ops and replies.
import type { AccessLevel } from "../../protocol/access-levels.ts";

/** Host to room: how large is the room, and how is it used? */
export interface ReadFigures {
  readonly type: "figures";
  /** Count the bytes, too: that reads every row of the log. */
  readonly withBytes?: true;
}

/** Host to room: the operator lets nobody in any more, or everybody again. */
export interface CloseRoom {
  readonly type: "close-room";
  readonly isClosed: boolean;
}

/** Host to room: the operator deletes it with all that it has stored. */
export interface DeleteRoom {
  readonly type: "delete-room";
}

export type RoomAdminOp = ReadFigures | CloseRoom | DeleteRoom;

/** Reply to `figures`. */
export interface RoomFigures {
  readonly type: "figures";
  /** null: the room has no log. */
  readonly epoch: string | null;
  /** The newest stored event; 0: there is none. */
  readonly seq: number;
  /** The oldest stored event; above `seq` if there is none. */
  readonly oldest: number;
  /** Stored messages, among them those that were deleted. */
  readonly messages: number;
  /** Of the stored events, as UTF-8. */
  readonly bytes?: number;
  /** Users in the room, and their connections with those that have not joined. */
  readonly members: number;
  readonly connections: number;
  /** When the newest event was stored, ms since 1970; absent: there is none. */
  readonly newestAt?: number;
  readonly access: AccessLevel;
  /** The operator lets nobody in. */
  readonly closed?: true;
}
