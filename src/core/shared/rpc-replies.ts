// What rooms and directories answer to what they are asked. Plain data, as the questions are.
import type { ErrorCode, ErrorReason } from "../../protocol/errors.ts";
import type { BlockedUser } from "../../protocol/server-frames.ts";
import type { Mail } from "./rpc.ts";

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
