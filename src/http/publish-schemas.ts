// Publish schemas: define the bodies of the requests that publish messages over HTTP.
import * as v from "valibot";

/** Messages in one batch, and rooms of one broadcast. */
export const BATCH_MAX = 100;
/** Bytes of a body. Each message in it has at most `FRAME_MAX`. */
export const BODY_BYTES_MAX = 1024 * 1024 + 16 * 1024;

/** The bot in whose name a server key publishes. */
export const BotSchema = v.object({
  id: v.string(),
  username: v.string(),
  data: v.optional(v.unknown()),
});

/** Text, data and id are held to the rules for a client's message. */
const content = {
  text: v.string(),
  data: v.optional(v.unknown()),
  id: v.optional(v.string()),
};
const sender = {
  as: v.optional(BotSchema),
  username: v.optional(v.string()),
};

export const PublishSchema = v.object({ ...content, ...sender });
export type PublishBody = v.InferOutput<typeof PublishSchema>;

const batchOf = <Item extends v.GenericSchema<unknown, unknown>>(item: Item) =>
  v.object({
    messages: v.pipe(
      v.array(item),
      v.minLength(1, `1 to ${BATCH_MAX} messages`),
      v.maxLength(BATCH_MAX, `1 to ${BATCH_MAX} messages`),
    ),
    ...sender,
  });

/** `as` and `username` are for the messages that have none of their own. */
export const BatchSchema = batchOf(PublishSchema);

/** A batch whose messages are still to be read, since each is answered for itself. */
const UnreadBatchSchema = batchOf(v.unknown());
export type UnreadBatch = v.InferOutput<typeof UnreadBatchSchema>;

/** One message or a batch. */
export const RoomPublishSchema = v.lazy<
  typeof PublishSchema | typeof UnreadBatchSchema
>((body) =>
  typeof body === "object" && body !== null && "messages" in body
    ? UnreadBatchSchema
    : PublishSchema,
);

export const BroadcastSchema = v.object({
  rooms: v.pipe(
    v.array(v.string()),
    v.minLength(1, `1 to ${BATCH_MAX} rooms`),
    v.maxLength(BATCH_MAX, `1 to ${BATCH_MAX} rooms`),
  ),
  ...content,
  as: v.optional(BotSchema),
});

const change = {
  id: v.optional(v.string()),
  /** The epoch of the seq: another one is `gone`. */
  epoch: v.optional(v.string()),
  ...sender,
};

/** Its fields are held to the rules for a client's `edit`. */
export const EditBodySchema = v.object({
  text: v.string(),
  data: v.optional(v.unknown()),
  was: v.optional(v.number()),
  ...change,
});

/** Its fields are held to the rules for a client's `react`. */
export const ReactBodySchema = v.object(change);

/** Its fields are held to the rules for a client's `delete`. */
export const DeleteBodySchema = v.object({
  reason: v.optional(v.string()),
  ...change,
});
