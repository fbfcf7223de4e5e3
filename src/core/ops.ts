// What rooms and directories ask of each other. Plain data: it crosses objects and, after a deploy, versions.
import * as v from "valibot";
import type { ErrorCode } from "../protocol/errors.ts";

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

/** Room to directory: a private message for whoever has the name. */
export interface Post {
  readonly type: "post";
  readonly letter: Letter;
  /** Only to this public id. */
  readonly toUser?: string;
  /** The sender's name's key: where their own copy goes. */
  readonly fromKey: string;
  /** The connection it came by, which needs no copy. */
  readonly origin: string;
}

/** A private message on its way. */
export const LetterSchema = v.object({
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
});
export type Letter = Readonly<v.InferOutput<typeof LetterSchema>>;

/** Directory to directory: the sender's own copy of what was posted. */
export interface Copy {
  readonly type: "copy";
  readonly letter: Letter;
  readonly origin: string;
}

/** Client, by its room, to directory: mail up to this number has arrived. */
export interface Had {
  readonly type: "had";
  readonly identity: string;
  readonly mail: number;
}

/** Directory to room: mail for the sockets of this identity under this name. */
export interface Deliver {
  readonly type: "deliver";
  readonly key: string;
  readonly identity: string;
  readonly mail: readonly Mail[];
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
export interface Challenge {
  readonly type: "challenge";
  readonly key: string;
  readonly identity: string;
}

/**
 * Directory to room: the name went to somebody of higher rank. Who entered
 * with this version or an older one has it no more. Harmless when repeated.
 */
export interface Evict {
  readonly type: "evict";
  readonly key: string;
  readonly identity: string;
  readonly version: number;
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

export type DirectoryOp = Enter | Leave | Post | Copy | Had;
export type RoomOp =
  | Deliver
  | Challenge
  | Evict
  | ReadInfo
  | ReadMessages
  | Import;
export type Op = DirectoryOp | RoomOp;

/** What `enter` brought: the name is theirs, and this mail waits. */
export interface Entered {
  readonly type: "entered";
  readonly username: string;
  /** Which claim's mail it is. */
  readonly epoch: number;
  /** Number of the newest mail there is. */
  readonly head: number;
  readonly mail: readonly Mail[];
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
  readonly retryAfter?: number;
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
}

export type Reply = Entered | Posted | Refused | Found | Info | Page | Done;
