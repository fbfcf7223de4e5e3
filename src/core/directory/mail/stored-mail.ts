// Stored mail: a row of the mailbox is a private message with its number, its key among repeats, and its frame for clients.
import * as v from "valibot";
import type { PrivateMessage } from "../../../protocol/client-frames.ts";
import { dataBytes } from "../../../protocol/custom-data.ts";
import { byteLength } from "../../shared/chunks.ts";
import { publicId } from "../../shared/identity.ts";
import {
  type CopySource,
  CopySourceSchema,
  type Mail,
  type PrivateMessageRecord,
  PrivateMessageRecordSchema,
} from "../../shared/mail-records.ts";

/** A private message with its number in the mailbox. */
export interface StoredMail {
  readonly mail: number;
  readonly message: PrivateMessageRecord;
  /**
   * The key of the sender, whose mailbox gets a copy; null if this is that
   * copy.
   */
  readonly fromKey: string | null;
  /** The connection that sent it. */
  readonly origin: string;
  /** The original of a copy, if it is known. */
  readonly source?: CopySource;
}

/** The newest received messages among those that were dropped. */
const DroppedSchema = v.object({
  /** When they were written, ms since 1970. */
  at: v.number(),
  /** The ids of the messages of that time, up to a limit. */
  ids: v.array(v.string()),
});
export type Dropped = Readonly<v.InferOutput<typeof DroppedSchema>>;
export const DROPPED_IDS_MAX = 16;

/**
 * The message with more facts for the mailbox, which older releases ignore. A
 * column for them would cost each name a migration.
 */
export const BodySchema = v.object({
  ...PrivateMessageRecordSchema.entries,
  source: v.optional(CopySourceSchema),
  dropped: v.optional(DroppedSchema),
});

const RowSchema = v.object({
  mail: v.number(),
  letter: v.string(),
  from_key: v.nullable(v.string()),
  origin: v.string(),
});

/** @returns a row of the mailbox, and what it tells of those that were dropped */
export function readMailRow(row: unknown): {
  readonly stored: StoredMail;
  readonly dropped: Dropped | undefined;
} {
  const { mail, letter, from_key, origin } = v.parse(RowSchema, row);
  const body = v.parse(BodySchema, JSON.parse(letter));
  const { source, dropped, ...message } = body;
  return {
    stored: {
      ...{ mail, message, fromKey: from_key, origin },
      ...(source !== undefined && { source }),
    },
    dropped,
  };
}

export function newestDropped(
  dropped: Dropped | null,
  { at, id }: PrivateMessageRecord,
): Dropped {
  if (dropped === null || at > dropped.at) return { at, ids: [id] };
  if (at < dropped.at || dropped.ids.length >= DROPPED_IDS_MAX) return dropped;
  return { at, ids: [...dropped.ids, id] };
}

/**
 * Messages with the same key are repeats: by the client's id, or else the
 * server's.
 */
export function dedupeKey({
  identity,
  clientId,
  id,
}: PrivateMessageRecord): string {
  return clientId === undefined
    ? `${identity} server ${id}`
    : `${identity} client ${clientId}`;
}

/** @returns the bytes of the frame, approximately */
export function sizeOf({ text, data }: PrivateMessageRecord): number {
  const more = data === undefined ? 0 : dataBytes(data);
  return byteLength(text) + more + 256;
}

/**
 * The key has the server's id: a client may use an id once for each addressee.
 */
export function copyDedupeKey({ id }: PrivateMessageRecord): string {
  return `copy ${id}`;
}

export function dedupeKeyOf({ message, fromKey }: StoredMail): string {
  return fromKey === null ? copyDedupeKey(message) : dedupeKey(message);
}

/** Makes the wire frame of a message with its number. */
export function toMail({ mail, message, fromKey, origin }: StoredMail): Mail {
  const { id, clientId, identity, username, to, text, data, bot, at } = message;
  const frame: PrivateMessage = {
    type: "private",
    mail,
    id,
    ...(clientId !== undefined && { clientId }),
    user: publicId(identity),
    username,
    to,
    text,
    ...(data !== undefined && { data }),
    ...(bot && { bot }),
    at,
  };
  const line = JSON.stringify(frame);
  // The sender's own copy is not for the connection that sent it.
  return fromKey === null ? { mail, line, origin } : { mail, line };
}
