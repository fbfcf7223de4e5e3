// Room moderation: answers POST /rooms/{room}/moderate, by which a server key, or a user of the app by the role there, kicks, bans or mutes users.
import * as v from "valibot";
import type { Op } from "../core/shared/rpc.ts";
import {
  type BotSender,
  type Checked,
  readModeration,
} from "../core/shared/server-message.ts";
import type { CloseReport } from "../core/shared/server-requests.ts";
import { readJsonBody } from "./json-body.ts";
import type { PublishAuthor } from "./publish-author.ts";
import { readIdempotencyKey, readSender, withId } from "./publish-body.ts";
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

/** @param right of a key with the scope `moderate`, or of a user of the app */
export async function moderateRoom(
  server: PublishServer,
  { author, rate: { headers } }: PublishRight,
  request: Request,
  room: string,
): Promise<Response> {
  const body = await readJsonBody(request, BodySchema, BODY_BYTES_MAX);
  if (!body.ok) return body.response;
  const key = readIdempotencyKey(request);
  if (!key.ok) return refuse(key.refusal, headers);
  const { as, ...act } = withId(body.value, key.value);
  const by = readModerator(server, author, as);
  if (!by.ok) return refuse(by.refusal, headers);
  const frame = readModeration(server.settings, act);
  if (!frame.ok) return refuse(frame.refusal, headers);
  const op: Op =
    by.value.kind === "bot"
      ? { type: "moderate", ...senderOf(by.value), frame: frame.value }
      : { type: "moderate-as", by: by.value, frame: frame.value };
  const [reply] = await server.askObject({ kind: "room", name: room }, [op]);
  return respond(outcomeOf(reply, frame.value.id), headers);
}

/** Reads who moderates: a bot by a key, or the user of the app. */
export function readModerator(
  server: PublishServer,
  author: PublishAuthor,
  as: v.InferOutput<typeof BotSchema> | undefined,
): Checked<CloseReport["by"]> {
  const by = readSender(server, author, { as });
  if (!by.ok) return by;
  const { value } = by;
  return value.kind === "guest"
    ? { ok: false, refusal: { code: "forbidden" } }
    : { ok: true, value };
}

function senderOf({ identity, username }: BotSender): BotSender {
  return { identity, username };
}
