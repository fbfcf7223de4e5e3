// Directory requests: rooms and directories ask the directory of a name for these things.
import type { BlockedUser, VisitedRoom } from "../../protocol/server-frames.ts";
import type { AccountKind } from "./account-kind.ts";
import type {
  CopySource,
  Mail,
  OnlyConnectionHint,
  PrivateMessageRecord,
} from "./mail-records.ts";
import type { Mention } from "./mention-requests.ts";

/** An identity is proved by its own secret (guest), or by the app. */
export type Rank = "guest" | "app";

/** Room to directory: this identity is in the room, or asks to join it. */
export interface Enter {
  readonly type: "enter";
  readonly identity: string;
  /** Absent: a guest, as in older releases. */
  readonly rank?: Rank;
  /** The user's spelling; the first enter of a claim fixes it. */
  readonly username: string;
  readonly room: string;
  /** A number that rises in the room with each enter and leave. */
  readonly version: number;
  /**
   * The reply brings mail after this number; absent: mail that no connection
   * got.
   */
  readonly mailSince?: number;
  /** The epoch of the claim that numbered this mail. */
  readonly mailEpoch?: number;
  /**
   * A token names this private room, and ends then, ms since 1970; the greatest
   * safe integer: never.
   */
  readonly passUntil?: number;
  /** The reply needs no mail: no connection would get it. */
  readonly withoutMail?: true;
}

/** How far the holder has read. */
export interface ReadMarks {
  /** In the room that tells it; absent: nothing. */
  readonly read?: ReadMarker;
  /** In the mail; absent: nothing. */
  readonly mailRead?: number;
}

/** The newest event of a room that the holder has read. */
export interface ReadMarker {
  /** The epoch of the room's log. */
  readonly epoch: string;
  readonly seq: number;
}

/** Room to directory: the holder has read so far. */
export interface MarkRead extends ReadMarks {
  readonly type: "mark-read";
  readonly identity: string;
  /** The epoch of the claim by which the holder entered. */
  readonly epoch: number;
  readonly room: string;
}

/** Room to directory: the rooms that the holder is or was in. */
export interface MyRooms {
  readonly type: "my-rooms";
  readonly identity: string;
  /** As the page before told it; absent: the first page. */
  readonly before?: string;
  /** The user came by a secret that a newer one has replaced. */
  readonly hasOldSecret?: true;
  /**
   * The holder has read these rooms so far: the reply has them alone. An older
   * release replies with a page.
   */
  readonly read?: readonly RoomRead[];
}

/** The holder has read a room. */
export interface RoomRead extends ReadMarker {
  readonly room: string;
}

/** Room to directory: the holder takes a room off the list. */
export interface ForgetVisit {
  readonly type: "forget-visit";
  readonly identity: string;
  readonly room: string;
}

/** Reply to `my-rooms`. */
export interface MyRoomsPage {
  readonly type: "my-rooms";
  readonly rooms: readonly VisitedRoom[];
  /** Of the next page; absent: this is the last one. */
  readonly before?: string;
}

/** Room to directory: the user is gone, unless there is a newer `enter`. */
export interface Leave extends ReadMarks {
  readonly type: "leave";
  /** The epoch of the claim that the marks are of. */
  readonly epoch?: number;
  /** The user has not joined: the room is none that they were in. */
  readonly withoutVisit?: true;
  readonly identity: string;
  readonly room: string;
  readonly version: number;
}

/** The time of an account command. */
interface Dated {
  /**
   * By the room's clock, ms since 1970: a late command does not undo a newer
   * one. Absent: an older release asks.
   */
  readonly at?: number;
}

/** Room to directory: the holder registers the name, or releases it. */
export interface Hold extends Dated {
  readonly type: "register" | "release";
  readonly identity: string;
  /** The hash of the secret by which the connection joined. */
  readonly secret: string;
}

/** Room to directory: a new secret replaces the current one. */
export interface Rotate extends Dated {
  readonly type: "rotate";
  readonly identity: string;
  readonly secret: string;
  /** The hash of the new secret. */
  readonly next: string;
}

/**
 * Room to the holder's directory: the holder blocks a user's private messages.
 */
export interface Block extends Dated {
  readonly type: "block";
  readonly identity: string;
  /** The public id of the blocked user, and their name if it is known. */
  readonly user: string;
  readonly username: string | null;
}

export interface Unblock extends Dated {
  readonly type: "unblock";
  readonly identity: string;
  readonly who: { readonly user: string } | { readonly username: string };
}

/** Room to directory: which user has the name? */
export interface WhoIs {
  readonly type: "whois";
  /** The reply tells the pass for this room. Absent: it tells none. */
  readonly room?: string;
}

/** The commands that only the holder of a name may use. */
export type AccountOp = Hold | Rotate | Block | Unblock;

/** Room to directory: a private message for the holder of the name. */
export interface Post {
  readonly type: "post";
  readonly letter: PrivateMessageRecord;
  /** The message is for this public id only. */
  readonly toUser?: string;
  /** The key of the sender's name, whose mailbox gets a copy. */
  readonly fromKey: string;
  /** The connection that sent it, which needs no copy. */
  readonly origin: string;
  /** The sender has no other connection, as far as the room knows. */
  readonly sole?: OnlyConnectionHint;
  /**
   * The message is for this claim only: its holder is in the sender's room.
   * Absent: it is for the user who had the name when the message was written.
   */
  readonly toEpoch?: number;
}

/** Directory to directory: the sender's own copy of a private message. */
export interface Copy {
  readonly type: "copy";
  readonly letter: PrivateMessageRecord;
  readonly origin: string;
  /**
   * Copies from one claim are sent in order, each after the earlier ones have
   * arrived. Absent: an older release sends it, in any order.
   */
  readonly source?: CopySource;
  /** The sender has no connection that needs the copy. */
  readonly sole?: OnlyConnectionHint;
}

/** Room to directory: mail up to this number has reached a client. */
export interface Had {
  readonly type: "had";
  readonly identity: string;
  readonly mail: number;
  /** The epoch of the claim whose mail it is; absent: an older release asks. */
  readonly epoch?: number;
}

export type DirectoryOp =
  | Enter
  | Leave
  | Post
  | Mention
  | Copy
  | Had
  | AccountOp
  | WhoIs
  | MarkRead
  | MyRooms
  | ForgetVisit;

/** Reply to `enter`: the user has the name, and this mail waits. */
export interface Entered extends ReadMarks {
  readonly type: "entered";
  readonly username: string;
  /** The identity, if it is not the hash of the secret that was brought. */
  readonly identity?: string;
  /** When the secret that was brought ends, ms since 1970, if it does. */
  readonly secretEnds?: number;
  /**
   * When a registered name expires if the user does not use it again, ms since
   * 1970.
   */
  readonly registered?: number;
  readonly blocked?: readonly BlockedUser[];
  /** The epoch of the claim. */
  readonly epoch: number;
  /** The number of the newest mail. */
  readonly head: number;
  readonly mail: readonly Mail[];
  /** The version that is stored, if it is above the one that came. */
  readonly version?: number;
}

export interface Posted {
  readonly type: "posted";
  /** The server's id; of a repeat, the id of the first message. */
  readonly id: string;
  readonly to: string;
  readonly at: number;
  readonly delivered: boolean;
  readonly expires?: number;
  readonly duplicate?: true;
}

export interface Person {
  readonly type: "person";
  /** The public id. */
  readonly user: string;
  readonly username: string;
  /** Absent: an older release. */
  readonly kind?: AccountKind;
  /** When the token ends by which the user came into the room, ms since 1970. */
  readonly passUntil?: number;
}
