// Key moderation: answers POST /rooms/{room}/moderate, by which a backend kicks, bans or mutes users with a server key.
import * as v from "valibot";
import { readModeration } from "../core/shared/server-message.ts";
import { readJsonBody } from "./json-body.ts";
import { readBotOf, readIdempotencyKey, withId } from "./publish-body.ts";
import { BotSchema } from "./publish-schemas.ts";
import {
  outcomeOf,
  type PublishRight,
  type PublishServer,
  refuse,
  respond,
} from "./publish-server.ts";

const BODY_BYTES_MAX = 16 * 1024;
/** The other fields are held to the rules for a client's `moderate`. */
const BodySchema = v.looseObject({
  action: v.string(),
  id: v.optional(v.string()),
  as: v.optional(BotSchema),
});

/** @param right of a key with the scope `moderate` */
export async function moderateByKey(
  server: PublishServer,
  { rate: { headers } }: PublishRight,
  request: Request,
  room: string,
): Promise<Response> {
  const body = await readJsonBody(request, BodySchema, BODY_BYTES_MAX);
  if (!body.ok) return body.response;
  const key = readIdempotencyKey(request);
  if (!key.ok) return refuse(key.refusal, headers);
  const { as, ...act } = withId(body.value, key.value);
  const bot = readBotOf(server, as);
  if (!bot.ok) return refuse(bot.refusal, headers);
  const frame = readModeration(server.settings, act);
  if (!frame.ok) return refuse(frame.refusal, headers);
  const { identity, username } = bot.value;
  const op = { type: "moderate", identity, username } as const;
  const [reply] = await server.askObject({ kind: "room", name: room }, [
    { ...op, frame: frame.value },
  ]);
  return respond(outcomeOf(reply, frame.value.id), headers);
}
