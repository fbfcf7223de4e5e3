// Admin webhooks: answers /admin/rooms/{room}/webhooks, by which the operator reads how far each webhook is, and replays stored events.
import type { Env, Hono } from "hono";
import * as v from "valibot";
import type { Platform } from "../core/shared/contract.ts";
import type { EndpointState } from "../core/shared/endpoint-requests.ts";
import { endpointNames } from "../core/shared/events/endpoints.ts";
import type { Reply, RoomOp } from "../core/shared/rpc.ts";
import { readRoomName } from "../protocol/names.ts";
import type { Settings } from "../protocol/settings.ts";
import { readJsonBody } from "./json-body.ts";
import { codedProblem, problem } from "./problem.ts";
import { json, refuse } from "./publish-server.ts";

/** The part of a host that the routes need. */
export interface WebhookAdminHost {
  readonly platform: Pick<Platform, "hash">;
  ask(room: string, op: RoomOp): Promise<Reply>;
}

const BODY_BYTES_MAX = 16 * 1024;

const whole = (min: number) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(min));
export const ReplaySchema = v.pipe(
  v.object({
    /** The seq of the first event. */
    from: v.optional(whole(1)),
    /** The first event is not older, ms since 1970. */
    since: v.optional(whole(0)),
    /** One of the list; absent: all. */
    webhook: v.optional(v.pipe(v.string(), v.maxLength(64))),
  }),
  v.check(
    ({ from, since }) => (from === undefined) !== (since === undefined),
    "either from or since",
  ),
);

/** @param options as of `createApp` */
export function addAdminWebhooks<E extends Env>(
  app: Hono<E>,
  options: {
    backend(bindings: E["Bindings"]): WebhookAdminHost;
    access(bindings: E["Bindings"]): { readonly settings: Settings };
  },
): void {
  app.get("/admin/rooms/:room/webhooks", async (c) => {
    const room = readRoomName(c.req.param("room"));
    if (room === null) return codedProblem("bad_room");
    const { settings } = options.access(c.env);
    return listWebhooks(options.backend(c.env), settings, room);
  });
  app.post("/admin/rooms/:room/webhooks/replay", async (c) => {
    const room = readRoomName(c.req.param("room"));
    if (room === null) return codedProblem("bad_room");
    return replay(options.backend(c.env), c.req.raw, room);
  });
}

async function listWebhooks(
  { platform, ask }: WebhookAdminHost,
  settings: Settings,
  room: string,
): Promise<Response> {
  const reply = await ask(room, { type: "endpoints" });
  if (reply.type !== "endpoints") return refused(reply);
  const { WEBHOOK_URL } = settings;
  const names = endpointNames(platform, settings, false);
  // Never the path of a URL, which may hold a secret.
  const hosts = new Map(
    names.map((name, i) => [name, new URL(WEBHOOK_URL[i] ?? "").host]),
  );
  const { epoch, oldest, head: seq, endpoints } = reply;
  const webhooks = endpoints.map((one) => describe(one, hosts.get(one.name)));
  return json({ room, epoch, oldest, seq, webhooks }, 200, {});
}

/** @param host absent: it is the app's own `onEvents` */
function describe(
  { name: id, position, lag, isGone, ...failures }: EndpointState,
  host: string | undefined,
) {
  return {
    ...{ id, ...(host !== undefined && { host }) },
    ...(position !== null && { epoch: position.epoch, seq: position.seq }),
    ...{ lag, ...failures },
    ...(isGone && { gone: true }),
  };
}

async function replay(
  { ask }: WebhookAdminHost,
  request: Request,
  room: string,
): Promise<Response> {
  const body = await readJsonBody(request, ReplaySchema, BODY_BYTES_MAX);
  if (!body.ok) return body.response;
  const { from: seq, since = 0, webhook } = body.value;
  const reply = await ask(room, {
    ...{ type: "replay", start: seq === undefined ? { since } : { seq } },
    ...(webhook !== undefined && { endpoint: webhook }),
  });
  if (reply.type !== "replaying") return refused(reply, webhook !== undefined);
  const { epoch, from, to, endpoints: webhooks } = reply;
  return json({ room, epoch, from, to, webhooks }, 200, {});
}

/** @param isOfOne the request names a webhook */
function refused(reply: Reply, isOfOne = false): Response {
  if (reply.type === "refused") return refuse(reply, {});
  if (reply.type !== "replay-refused") return refuse({ code: "internal" }, {});
  const { why, head } = reply;
  switch (why) {
    case "empty":
      return problem(
        404,
        head === undefined
          ? "The room has no events."
          : `The room has no events from there on. The newest one is ${head}.`,
      );
    case "unknown":
      return problem(
        404,
        isOfOne
          ? "The room has no such webhook."
          : "No webhook gets the events of this room.",
      );
    case "gap":
      return problem(
        409,
        "The webhook has to get a webhook.gap first. It is sent now: ask again once it has arrived.",
      );
    default:
      return why satisfies never;
  }
}
