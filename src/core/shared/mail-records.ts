// Mail records: private messages are sent between objects and stored in this form.
import * as v from "valibot";

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

/**
 * It holds while the user is in no other room and has not entered this one
 * again.
 */
export interface OnlyConnectionHint {
  readonly room: string;
  readonly version: number;
}

/** One private message in a mailbox. */
export interface Mail {
  readonly mail: number;
  /** The wire frame as JSON. */
  readonly line: string;
  /** The connection that sent it, which needs no copy. */
  readonly origin?: string;
}
