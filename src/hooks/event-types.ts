// Event types: the shape of a batch of stored events, as an app gets it.
import type { ChatTypes } from "./hooks.ts";

/** A message was stored. */
export interface MessageCreated<T extends ChatTypes = ChatTypes> {
  /** `<epoch>:<seq>`: the same event has the same id each time. */
  readonly id: string;
  readonly type: "message.created";
  /** When it was stored, in ISO 8601. */
  readonly timestamp: string;
  /** The frame that clients get. */
  readonly data: {
    readonly type: "message";
    readonly seq: number;
    readonly room: string;
    /** The public id of the author. */
    readonly user: string;
    readonly username: string;
    /** In ms since 1970. */
    readonly at: number;
    /** The id that the client chose. */
    readonly id?: string;
    readonly text: string;
    readonly data?: T["message"];
    /** The server's own hand has sent it. */
    readonly bot?: true;
    /** A command of the app has said it, for this user. */
    readonly by?: { readonly user: string; readonly id?: string };
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
  | EventGap;

/** Consecutive events of one room, up to 100 of them or 64 KiB. */
export interface EventBatch<T extends ChatTypes = ChatTypes> {
  readonly room: string;
  readonly epoch: string;
  /** The seqs of the first and the last event. */
  readonly from: number;
  readonly to: number;
  readonly events: readonly StoredEvent<T>[];
}
