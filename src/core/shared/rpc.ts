// RPC: rooms and directories ask each other with these ops and replies, which are plain data and stay readable in other releases.
import * as v from "valibot";
import type { BlockedUser } from "../../protocol/server-frames.ts";
import type { Allowed, AppOp } from "./app-verdicts.ts";
import type { EndpointGone } from "./event-batches.ts";
import type { KeyList, KeyOp, KeyRefused } from "./key-requests.ts";
import type { Refused } from "./refusal.ts";
import type {
  ChangeAs,
  MemberPage,
  ModerateRoom,
  Publish,
  PublishAs,
  Published,
  ReactAs,
  ReadMembers,
} from "./server-requests.ts";
import type { Verified } from "./verified.ts";

export type { Refused, Verified };

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
  /** The reply needs no mail: no connection would get it. */
  readonly withoutMail?: true;
}

/** Room to directory: the user is gone, unless there is a newer `enter`. */
export interface Leave {
  readonly type: "leave";
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

/**
 * It holds while the user is in no other room and has not entered this one
 * again.
 */
export interface OnlyConnectionHint {
  readonly room: string;
  readonly version: number;
}

/** A private message as it is sent between objects and stored. */
export const PrivateMessageRecordSchema = v.object({
  /** The server's id. */
  id: v.string(),
  /** The sender's id for it. */
  clientId: v.optional(v.string()),
  /** The sender's identity and name. */
  identity: v.string(),
  username: v.string(),
  /** The addressee's name, in their spelling once the directory has seen it. */
  to: v.string(),
  text: v.string(),
  /** JSON of the sender's app, checked when it came. */
  data: v.optional(v.unknown()),
  /** A bot has sent it. */
  bot: v.optional(v.literal(true)),
  at: v.number(),
  /** The epoch of the sender's claim; absent: unknown, in older releases. */
  epoch: v.optional(v.number()),
});
export type PrivateMessageRecord = Readonly<
  v.InferOutput<typeof PrivateMessageRecordSchema>
>;

/** The original of a copy, in the addressee's mailbox. */
export const CopySourceSchema = v.object({
  /** The key of the addressee's name. */
  key: v.string(),
  /** The epoch of the addressee's claim. */
  epoch: v.number(),
  mail: v.number(),
});
export type CopySource = Readonly<v.InferOutput<typeof CopySourceSchema>>;

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

/** The holder of a name, whose connections a room looks for. */
export interface HolderRef {
  readonly key: string;
  readonly identity: string;
  /** Hashes of other secrets by which the holder may be joining now. */
  readonly also?: readonly string[] | undefined;
}

/** Directory to room: mail for the holder's connections. */
export interface Deliver extends HolderRef {
  readonly type: "deliver";
  readonly mail: readonly Mail[];
  /** The epoch of the claim whose mail it is; absent: an older release asks. */
  readonly epoch?: number;
}

/** One private message in a mailbox. */
export interface Mail {
  readonly mail: number;
  /** The wire frame as JSON. */
  readonly line: string;
  /** The connection that sent it, which needs no copy. */
  readonly origin?: string;
}

/** Directory to room: is the holder in the room? */
export interface Challenge extends HolderRef {
  readonly type: "challenge";
}

/**
 * Directory to room: a user of higher rank has the name now. A user who entered
 * with this version or an older one has lost it. A repeat is harmless.
 */
export interface Evict extends HolderRef {
  readonly type: "evict";
  readonly version: number;
}

/** Directory to room: a frame for each connection of the holder. */
export interface Notice extends HolderRef {
  readonly type: "notice";
  /** The wire frame as JSON. */
  readonly line: string;
  /** Of `rotated`: the hash of the current secret. Absent: an older release asks. */
  readonly secret?: string;
}

/** Room to issuer: which user has this token of the app? */
export interface Verify {
  readonly type: "verify";
  readonly token: string;
}

/** Host to room, for HTTP: how many members and messages are there? */
export interface ReadInfo {
  readonly type: "info";
  /** The app's user who reads; absent: somebody else. */
  readonly by?: Verified;
}
export interface ReadMessages {
  readonly type: "messages";
  readonly by?: Verified;
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  readonly limit?: number | undefined;
  /** Messages as they are now. An older release answers with every event. */
  readonly fold?: boolean | undefined;
  /** The messages of a thread, by the seq of its first one. */
  readonly thread?: number | undefined;
}

/**
 * Host to room: a log to import, in pieces. It is staged beside the room's log,
 * and replaces it with the last step, under a new epoch. The first piece ends an
 * import that has not finished.
 */
export interface Import {
  readonly type: "import-log";
  readonly id: string;
  /** The epoch of the log. Older versions do not tell it. */
  readonly epoch?: string;
  readonly step: ImportStep;
}
export type ImportStep =
  | {
      readonly kind: "begin" | "more";
      /** The number of the first of these events. */
      readonly first: number;
      /** The JSON of events. */
      readonly lines: readonly string[];
    }
  | { readonly kind: "end" }
  | { readonly kind: "abort" };

export type DirectoryOp = Enter | Leave | Post | Copy | Had | AccountOp | WhoIs;
export type RoomOp =
  | Deliver
  | Challenge
  | Evict
  | Notice
  | ReadInfo
  | ReadMessages
  | ReadMembers
  | Publish
  | PublishAs
  | ChangeAs
  | ReactAs
  | ModerateRoom
  | Import;
export type Op = DirectoryOp | RoomOp | KeyOp | Verify | AppOp;

/** Reply to `enter`: the user has the name, and this mail waits. */
export interface Entered {
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
}
/**
 * Reply to `challenge` and `deliver`: is the holder in the room, joining, or
 * gone?
 */
export interface Found {
  readonly type: "found";
  readonly state: "live" | "joining" | "gone";
  /** The connections will confirm the mail with `received`. */
  readonly isOpen?: true;
}
export interface Info {
  readonly type: "info";
  readonly count: number;
  readonly seq: number;
  readonly epoch: string | null;
}
export interface Page {
  readonly type: "page";
  /** The JSON of events. */
  readonly lines: readonly string[];
  readonly more: boolean;
  readonly epoch: string | null;
  /** The newest event when the page was made; absent: an older release. */
  readonly asOf?: number;
  readonly fold?: true;
  /** The numbers that a folded page, or one of a thread, covers. */
  readonly from?: number;
  readonly to?: number;
  readonly thread?: number;
}
export interface Done {
  readonly type: "done";
  /** Nothing was done: this stored version is above the one that came. */
  readonly newest?: number;
  /**
   * Reply to a `copy` with `sole`: has the sender other connections, in other
   * rooms? Then the next copies should not wait. Absent: an older release.
   */
  readonly isWatched?: boolean;
}

export type Reply =
  | Entered
  | Verified
  | Posted
  | Refused
  | Person
  | Found
  | Info
  | Page
  | MemberPage
  | Published
  | KeyList
  | KeyRefused
  | Allowed
  | EndpointGone
  | Done;
