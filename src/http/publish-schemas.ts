// Publish schemas: define the bodies of the requests that publish messages over HTTP.
import * as v from "valibot";

/** The bot in whose name a server key publishes. */
export const BotSchema = v.object({
  id: v.string(),
  username: v.string(),
  data: v.optional(v.unknown()),
});

const sender = {
  as: v.optional(BotSchema),
  username: v.optional(v.string()),
};

/** One message. Text, data and id are held to the rules for a client's. */
export const PublishSchema = v.object({
  text: v.string(),
  data: v.optional(v.unknown()),
  id: v.optional(v.string()),
  ...sender,
});
export type PublishBody = v.InferOutput<typeof PublishSchema>;
