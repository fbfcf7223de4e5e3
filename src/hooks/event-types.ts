// Event types: the shape of a batch of stored events, as an app gets it.
import type { ChatTypes } from "./hooks.ts";

/** The fields of every stored event, as the app gets it. */
interface Stored<Name extends string, Data> {
  /** `<epoch>:<seq>`: the same event has the same id each time. */
  readonly id: string;
  readonly type: Name;
  /** When it was stored, in ISO 8601. */
  readonly timestamp: string;
  /** The frame that clients get. */
  readonly data: Data;
}

/** The fields of every frame that one user has made. */
interface Authored {
  readonly seq: number;
  readonly room: string;
  /** The public id of the author. */
  readonly user: string;
  readonly username: string;
  /** In ms since 1970. */
  readonly at: number;
  /** The id that the client chose. */
  readonly id?: string;
}

/** A message was stored. It is handed over as it is now: see `edited`. */
export type MessageCreated<T extends ChatTypes = ChatTypes> = Stored<
  "message.created",
  Authored & {
    readonly type: "message";
    readonly text: string;
    readonly data?: T["message"];
    /** When the text was edited last, if it was before the app had the event. */
    readonly edited?: number;
    readonly editSeq?: number;
    readonly edits?: number;
    /** The server's own hand has sent it. */
    readonly bot?: true;
    /** A command of the app has said it, for this user. */
    readonly by?: { readonly user: string; readonly id?: string };
  }
>;

/** The author has changed the message with the seq `of`. */
export type MessageEdited<T extends ChatTypes = ChatTypes> = Stored<
  "message.edited",
  Authored & {
    readonly type: "edited";
    readonly of: number;
    /** Absent: a newer edit or a deletion has come before the app had this one. */
    readonly text?: string;
    /** The data of the message now; absent: it has none. */
    readonly data?: T["message"];
  }
>;

/** The author or a moderator has deleted the message with the seq `of`. */
export type MessageDeleted = Stored<
  "message.deleted",
  Authored & {
    readonly type: "deleted";
    readonly of: number;
    readonly reason?: string;
  }
>;

/** A message that was deleted before the app had it: nothing else is left of it. */
export type MessageErased = Stored<
  "message.erased",
  Authored & { readonly type: "erased" }
>;

/** A moderator has pinned the message with the seq `of`, or has taken the pin off. */
export type MessagePinned =
  | Stored<
      "message.pinned",
      Authored & { readonly type: "pinned"; readonly of: number }
    >
  | Stored<
      "message.unpinned",
      Authored & { readonly type: "unpinned"; readonly of: number }
    >;

/** A moderator has set the topic of the room; empty: there is none any more. */
export type RoomTopic = Stored<
  "room.topic",
  Authored & { readonly type: "topic"; readonly text: string }
>;

/**
 * A user has reported the message with the seq `of`. The report has a number of
 * its own, and is no event of the room.
 */
export interface ReportCreated {
  readonly id: string;
  readonly type: "report.created";
  readonly timestamp: string;
  readonly data: {
    readonly type: "reported";
    readonly report: number;
    readonly room: string;
    readonly of: number;
    readonly epoch: string;
    /** The user who reports it. */
    readonly user: string;
    readonly username: string;
    /** The author of the message. */
    readonly target: { readonly user: string; readonly username: string };
    readonly reason?: string;
    readonly at: number;
  };
}

/** Events are not delivered one by one: the log is another one, or has dropped some. */
export interface EventGap {
  readonly id: string;
  readonly type: "webhook.gap";
  readonly timestamp: string;
  readonly data: {
    readonly room: string;
    /**
     * The seqs in the present epoch that are left out. The history has those
     * that are still kept. `from` is above `to` if there is none.
     */
    readonly epoch: string;
    readonly from: number;
    readonly to: number;
    /** The newest event before the gap that was delivered, as `<epoch>:<seq>`. */
    readonly after: string;
  };
}

/** Later releases have other types: ignore those that you do not know. */
export type StoredEvent<T extends ChatTypes = ChatTypes> =
  | MessageCreated<T>
  | MessageEdited<T>
  | MessageDeleted
  | MessageErased
  | MessagePinned
  | RoomTopic
  | ReportCreated
  | EventGap;

/** Consecutive events of one room, up to 100 of them or 64 KiB. */
export interface EventBatch<T extends ChatTypes = ChatTypes> {
  readonly room: string;
  readonly epoch: string;
  /**
   * The seqs of the first and the last event. `from` above `to`: the batch has
   * reports, and no event of the log.
   */
  readonly from: number;
  readonly to: number;
  readonly events: readonly StoredEvent<T>[];
}
