// What rooms and directories ask of each other. Plain data: it crosses objects and, after a deploy, versions.
import * as v from "valibot";
import type { ErrorCode, ErrorReason } from "../../protocol/errors.ts";
import type { BlockedUser } from "../../protocol/server-frames.ts";

/** Who vouches for an identity: a secret of its own, or the host's app. */
export type Rank = "guest" | "app";

/** Room to directory: this identity is in the room, or wants to be. */
export interface Enter {
  readonly type: "enter";
  readonly identity: string;
  /** Absent: a guest, as every older version means it. */
  readonly rank?: Rank;
  /** As they spelled it; the first claim fixes the spelling. */
  readonly username: string;
  readonly room: string;
  /** Rises in the room with each enter and leave. */
  readonly version: number;
  /** Mail after this number is wanted; without it, what nobody had. */
  readonly mailSince?: number;
  /** Which claim's mail that number is of. */
  readonly mailEpoch?: number;
}

/** Room to directory: they are gone, unless a newer `enter` says otherwise. */
export interface Leave {
  readonly type: "leave";
  readonly identity: string;
  readonly room: string;
  readonly version: number;
}

/** When somebody did something with their name. */
interface Dated {
  /**
   * By the room's clock, ms since 1970: what comes late does not undo what was
   * done since. Absent: an older version asks.
   */
  readonly at?: number;
}

/** Room to directory: the holder keeps the name for good, or gives it up. */
export interface Hold extends Dated {
  readonly type: "register" | "release";
  readonly identity: string;
  /** Hash of the secret that the connection came in by. */
  readonly secret: string;
}

/** Room to directory: another secret is to open the name. */
export interface Rotate extends Dated {
  readonly type: "rotate";
  readonly identity: string;
  readonly secret: string;
  /** Hash of the new one. */
  readonly next: string;
}

/** Room to the blocker's directory: no more private messages from this one. */
export interface Block extends Dated {
  readonly type: "block";
  readonly identity: string;
  /** Public id of who is blocked, and what they are called, if it is known. */
  readonly user: string;
  readonly username: string | null;
}
export interface Unblock extends Dated {
  readonly type: "unblock";
  readonly identity: string;
  readonly who: { readonly user: string } | { readonly username: string };
}

/** Room to directory: who has the name? */
export interface WhoIs {
  readonly type: "whois";
}

/** What only who has the name may do with it. */
export type AccountOp = Hold | Rotate | Block | Unblock;

/** Room to directory: a private message for whoever has the name. */
export interface Post {
  readonly type: "post";
  readonly letter: PrivateMessageRecord;
  /** Only to this public id. */
  readonly toUser?: string;
  /** The sender's name's key: where their own copy goes. */
  readonly fromKey: string;
  /** The connection it came by, which needs no copy. */
  readonly origin: string;
  /** The sender has no other connection, as far as their room knows. */
  readonly sole?: OnlyConnectionHint;
  /**
   * Only to this claim on the name: who has it is in the sender's room.
   * Absent: to whoever had it when the letter was written.
   */
  readonly toEpoch?: number;
}

/** True as long as the user is in no other room and entered this one no later. */
export interface OnlyConnectionHint {
  readonly room: string;
  readonly version: number;
}

/** A private message on its way. */
export const PrivateMessageRecordSchema = v.object({
  /** The server's id for it. */
  id: v.string(),
  /** The sender's. */
  clientId: v.optional(v.string()),
  /** The sender's identity, and name. */
  identity: v.string(),
  username: v.string(),
  /** As the addressee spells it, once the directory has seen it. */
  to: v.string(),
  text: v.string(),
  at: v.number(),
  /** Of the sender's claim on their name; absent: not known, by older versions. */
  epoch: v.optional(v.number()),
});
export type PrivateMessageRecord = Readonly<
  v.InferOutput<typeof PrivateMessageRecordSchema>
>;

/** Where a copy comes from: its original in the addressee's mail. */
export const CopySourceSchema = v.object({
  /** The addressee's name's key. */
  key: v.string(),
  /** Of the addressee's claim. */
  epoch: v.number(),
  mail: v.number(),
});
export type CopySource = Readonly<v.InferOutput<typeof CopySourceSchema>>;

/** Directory to directory: the sender's own copy of what was posted. */
export interface Copy {
  readonly type: "copy";
  readonly letter: PrivateMessageRecord;
  readonly origin: string;
  /**
   * Those of one claim are sent in order, none before those ahead of it have
   * arrived. Absent: an older version sends it, in any order.
   */
  readonly source?: CopySource;
  /** Nobody but the origin would be told of it. */
  readonly sole?: OnlyConnectionHint;
}

/** Client, by its room, to directory: mail up to this number has arrived. */
export interface Had {
  readonly type: "had";
  readonly identity: string;
  readonly mail: number;
  /** Of the claim whose mail that is; absent: an older version asks. */
  readonly epoch?: number;
}

/** Whose connections are meant: an identity under a name. */
export interface HolderRef {
  readonly key: string;
  readonly identity: string;
  /** Hashes of other secrets that those who are still joining may bring. */
  readonly also?: readonly string[] | undefined;
}

/** Directory to room: mail for the sockets of this identity under this name. */
export interface Deliver extends HolderRef {
  readonly type: "deliver";
  readonly mail: readonly Mail[];
  /** Of the claim whose mail it is; absent: an older version asks. */
  readonly epoch?: number;
}

/** One private message in somebody's mail. */
export interface Mail {
  readonly mail: number;
  /** The wire frame, as JSON. */
  readonly line: string;
  /** A connection that needs no copy: it sent this. */
  readonly origin?: string;
}

/** Directory to room: is this identity here under this name? */
export interface Challenge extends HolderRef {
  readonly type: "challenge";
}

/**
 * Directory to room: the name went to somebody of higher rank. Who entered
 * with this version or an older one has it no more. Harmless when repeated.
 */
export interface Evict extends HolderRef {
  readonly type: "evict";
  readonly version: number;
}

/** Directory to room: a frame for every connection of theirs. */
export interface Notice extends HolderRef {
  readonly type: "notice";
  /** The wire frame, as JSON. */
  readonly line: string;
}

/** Room to whoever can check it: whose token of the app's is this? */
export interface Verify {
  readonly type: "verify";
  readonly token: string;
}

/** Host to room, for HTTP. */
export interface ReadInfo {
  readonly type: "info";
}
export interface ReadMessages {
  readonly type: "messages";
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  readonly limit?: number | undefined;
}

/**
 * Host to room: a log from elsewhere, in pieces. It is staged beside the log
 * and takes its place with the last step, under a new epoch. The first piece
 * ends whatever import was under way.
 */
export interface Import {
  readonly type: "import-log";
  readonly id: string;
  readonly step: ImportStep;
}
export type ImportStep =
  | {
      readonly kind: "begin" | "more";
      /** Number of the first of these events. */
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
  | Import;
export type Op = DirectoryOp | RoomOp | Verify;

/** What `enter` brought: the name is theirs, and this mail waits. */
export interface Entered {
  readonly type: "entered";
  readonly username: string;
  /** If it is another than the hash of the secret that was brought. */
  readonly identity?: string;
  /** When the secret that was brought ends, ms since 1970, if it does. */
  readonly secretEnds?: number;
  /** Until when a registered name is theirs if they don't use it again. */
  readonly registered?: number;
  readonly blocked?: readonly BlockedUser[];
  /** Which claim's mail it is. */
  readonly epoch: number;
  /** Number of the newest mail there is. */
  readonly head: number;
  readonly mail: readonly Mail[];
  /** What it is noted under, if that is above the version it came with. */
  readonly version?: number;
}
/** What a token says that the app did sign. */
export interface Verified {
  readonly type: "verified";
  readonly issuer: string;
  readonly subject: string;
  /** As the app calls them: not yet a name. */
  readonly username: string;
  /** Patterns of the rooms it opens; null: all. */
  readonly rooms: readonly string[] | null;
  /** When it ends, ms since 1970; null: it does not. */
  readonly expires: number | null;
}
export interface Posted {
  readonly type: "posted";
  /** The server's id: the first one's if this was a repetition. */
  readonly id: string;
  readonly to: string;
  readonly at: number;
  readonly delivered: boolean;
  readonly expires?: number;
  readonly duplicate?: true;
}
export interface Refused {
  readonly type: "refused";
  readonly code: ErrorCode;
  /** Words for people, where those of the code would not do. */
  readonly message?: string;
  readonly reason?: ErrorReason;
  readonly retryAfter?: number;
}
export interface Person {
  readonly type: "person";
  /** Public id. */
  readonly user: string;
  readonly username: string;
}
/** Is the identity in the room: now, about to be, or not at all? */
export interface Found {
  readonly type: "found";
  readonly state: "live" | "joining" | "gone";
  /** Sent to sockets, which will say with `received` that they have it. */
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
}
export interface Done {
  readonly type: "done";
  /** Nothing was done: this version is noted, which is above the one asked. */
  readonly newest?: number;
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
  | Done;
