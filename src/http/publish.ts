// Publish: answers POST /rooms/{room}/messages, by which backends, bots and people send one message or a batch to a room.
import type { Refusal } from "../core/shared/refusal.ts";
import type { PublishAs } from "../core/shared/server-requests.ts";
import { readJsonBody, readValue } from "./json-body.ts";
import { readIdempotencyKey, readPublish, withId } from "./publish-body.ts";
import {
  BODY_BYTES_MAX,
  type PublishBody,
  PublishSchema,
  RoomPublishSchema,
  type UnreadBatch,
} from "./publish-schemas.ts";
import {
  isRefusal,
  json,
  type Outcome,
  outcomeOf,
  type PublishRight,
  type PublishServer,
  refuse,
  refusedOutcome,
  respond,
} from "./publish-server.ts";

export async function publishToRoom(
  server: PublishServer,
  right: PublishRight,
  request: Request,
  room: string,
): Promise<Response> {
  const { headers } = right.rate;
  const body = await readJsonBody(request, RoomPublishSchema, BODY_BYTES_MAX);
  if (!body.ok) return body.response;
  const key = readIdempotencyKey(request);
  if (!key.ok) return refuse(key.refusal, headers);
  if ("messages" in body.value)
    return publishBatch(server, right, room, body.value, key.value);
  const message = withId(body.value, key.value);
  const op = readPublish(server, right.author, message);
  if (!op.ok) return refuse(op.refusal, headers);
  const [reply] = await server.askObject({ kind: "room", name: room }, [
    op.value,
  ]);
  return respond(outcomeOf(reply, message.id), headers);
}

/** Answers each message for itself. All of them are one call to the room. */
async function publishBatch(
  server: PublishServer,
  right: PublishRight,
  room: string,
  { messages, as, username }: UnreadBatch,
  key: string | undefined,
): Promise<Response> {
  let { rate } = right;
  const ops: PublishAs[] = [];
  const refusals: (Refusal | null)[] = messages.map((item, i) => {
    if (i > 0) rate = right.takeRate();
    const { retryAfter } = rate;
    if (retryAfter > 0) return { code: "rate_limited", retryAfter };
    const read = readValue(PublishSchema, item);
    if (!read.ok) {
      const message = `messages.${i}${dotted(read.detail)}`;
      return { code: "bad_request", message };
    }
    const id = key === undefined ? undefined : itemId(server, key, i);
    const whole: PublishBody = { as, username, ...withId(read.value, id) };
    const op = readPublish(server, right.author, whole);
    if (!op.ok) return op.refusal;
    ops.push(op.value);
    return null;
  });
  const replies =
    ops.length === 0
      ? []
      : await server.askObject({ kind: "room", name: room }, ops);
  let next = 0;
  const results = refusals.map((refusal): Outcome => {
    if (refusal !== null) return refusedOutcome(refusal);
    const i = next++;
    const outcome = outcomeOf(replies[i], ops[i]?.id);
    return isRefusal(outcome) ? refusedOutcome(outcome) : outcome;
  });
  return json({ results }, 200, rate.headers);
}

/** A path below that of the message; only words, if the message has no field. */
function dotted(detail: string): string {
  return detail.startsWith(":") ? detail : `.${detail}`;
}

/** The id of a message in a batch: another batch by the same key has the same. */
function itemId({ platform }: PublishServer, key: string, i: number): string {
  return platform.hash(`batch ${key} ${i}`);
}
