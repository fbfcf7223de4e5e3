// Room requests: directories and the host ask a room for these things.
import type { AccountKind } from "./account-kind.ts";
import type { ReadMarker } from "./directory-requests.ts";
import type { Mail } from "./mail-records.ts";
import type { PublishedBy } from "./server-requests.ts";
import type { Verified } from "./verified.ts";

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
  /** The user is erased, and nobody else has the name. */
  readonly as?: "erased" | undefined;
}

/** Directory to room: a frame for each connection of the holder. */
export interface Notice extends HolderRef {
  readonly type: "notice";
  /** The wire frame as JSON. */
  readonly line: string;
  /** Of `rotated`: the hash of the current secret. Absent: an older release asks. */
  readonly secret?: string;
}

/** Directory to room: what has the holder not read, who may be away? */
export interface ReadUnread extends HolderRef {
  readonly type: "unread";
  readonly accountKind: AccountKind;
  /** When the token ends that names the room, ms since 1970. */
  readonly passUntil?: number;
  /** The user came by a secret that a newer one has replaced. */
  readonly hasOldSecret?: true;
  readonly read?: ReadMarker;
  /** The marker of a member moves to `read`. An older release moves none. */
  readonly isMarked?: true;
  /** With `isMarked`: the marker before, which stays if it is further. */
  readonly known?: ReadMarker;
}

/** Reply to `unread`. A user who may not enter now gets a refusal instead. */
export interface Unread {
  readonly type: "unread";
  readonly epoch: string;
  /** The newest event. */
  readonly seq: number;
  readonly read: number;
  /** 100: that many or more. */
  readonly unread: number;
  /** The time of the newest event, ms since 1970; null: there is none. */
  readonly at: number | null;
}

/** Host to room, for HTTP: how many members and messages are there? */
export interface ReadInfo {
  readonly type: "info";
  /** The app's user who reads; absent: somebody else. */
  readonly by?: Verified;
  /** The app's own server reads, or the operator; absent: somebody else. */
  readonly isServer?: true;
}

export interface ReadMessages {
  readonly type: "messages";
  readonly by?: Verified;
  readonly isServer?: true;
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  /** From that time on, ms since 1970. An older release ignores it. */
  readonly at?: number | undefined;
  readonly limit?: number | undefined;
  /** Messages as they are now. An older release answers with every event. */
  readonly fold?: boolean | undefined;
  /** The messages of a thread, by the seq of its first one. */
  readonly thread?: number | undefined;
}

/** Host to room: messages with all words of a text, the newest first. */
export interface ReadSearch {
  readonly type: "search";
  readonly by?: Verified;
  readonly isServer?: true;
  readonly text: string;
  readonly before?: number | undefined;
  readonly limit?: number | undefined;
}

/**
 * Host to room: a user reads who may be a member. A request of its own, since a
 * room of an older release would answer everybody.
 */
export interface ReadAs {
  readonly type: "read-as";
  readonly by: Exclude<PublishedBy, { kind: "bot" }>;
  readonly read: ReadInfo | ReadMessages | ReadSearch;
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
  /** Of an import: so many of its events were too old, and were not taken. */
  readonly expired?: number;
}

export interface Page {
  readonly type: "page";
  /** The JSON of events. */
  readonly lines: readonly string[];
  readonly more: boolean;
  readonly epoch: string | null;
  /** The newest event when the page was made; absent: an older release. */
  readonly asOf?: number;
  /** The time that was asked for; absent: none, or an older release. */
  readonly at?: number;
  readonly fold?: true;
  /** The numbers that a folded page, or one of a thread, covers. */
  readonly from?: number;
  readonly to?: number;
  readonly thread?: number;
}

/** Reply to `search`. */
export interface ResultPage extends Omit<Page, "type"> {
  readonly type: "results";
  readonly text: string;
}
