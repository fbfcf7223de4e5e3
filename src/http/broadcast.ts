// Broadcast: answers POST /broadcast, by which a backend sends the same message to many rooms.
import type { Refusal } from "../core/shared/refusal.ts";
import type { PublishAs } from "../core/shared/server-requests.ts";
import { readRoomName } from "../protocol/names.ts";
import { readJsonBody } from "./json-body.ts";
import { readIdempotencyKey, readPublish, withId } from "./publish-body.ts";
import { BODY_BYTES_MAX, BroadcastSchema } from "./publish-schemas.ts";
import {
  isRefusal,
  json,
  type Outcome,
  outcomeOf,
  type PublishRight,
  type PublishServer,
  refuse,
  refusedOutcome,
} from "./publish-server.ts";

/**
 * Answers each room for itself.
 *
 * @param right without a room
 * @param refusalFor says why the sender may not publish to a room; null: they may
 */
export async function broadcast(
  server: PublishServer,
  right: PublishRight,
  request: Request,
  refusalFor: (room: string) => Promise<Refusal | null>,
): Promise<Response> {
  const { headers } = right.rate;
  const body = await readJsonBody(request, BroadcastSchema, BODY_BYTES_MAX);
  if (!body.ok) return body.response;
  const key = readIdempotencyKey(request);
  if (!key.ok) return refuse(key.refusal, headers);
  const { rooms, ...message } = withId(body.value, key.value);
  const op = readPublish(server, right.author, message);
  if (!op.ok) return refuse(op.refusal, headers);
  let { rate } = right;
  const sendTo = async (given: string, i: number): Promise<Outcome> => {
    const room = readRoomName(given);
    if (i > 0) rate = right.takeRate();
    const { retryAfter } = rate;
    const outcome =
      retryAfter > 0
        ? { code: "rate_limited" as const, retryAfter }
        : await publishTo(server, room, op.value, refusalFor);
    return { room: room ?? given, ...outcomeOrRefused(outcome) };
  };
  const results = await Promise.all(rooms.map(sendTo));
  return json({ results }, 200, rate.headers);
}

async function publishTo(
  server: PublishServer,
  room: string | null,
  op: PublishAs,
  refusalFor: (room: string) => Promise<Refusal | null>,
): Promise<Outcome | Refusal> {
  if (room === null) return { code: "bad_room" };
  const refusal = await refusalFor(room);
  if (refusal !== null) return refusal;
  try {
    const to = { kind: "room", name: room } as const;
    const [reply] = await server.askObject(to, [op]);
    return outcomeOf(reply, op.id);
  } catch {
    // It may have taken effect all the same. The other rooms have answers.
    return { code: "unavailable", retryAfter: 1000 };
  }
}

function outcomeOrRefused(outcome: Outcome | Refusal): Outcome {
  return isRefusal(outcome) ? refusedOutcome(outcome) : outcome;
}
