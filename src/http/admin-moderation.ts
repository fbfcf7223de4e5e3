// Admin moderation: answers /admin/rooms/{room}/moderate, by which the operator names owners, and kicks, bans or mutes users.
import type { Env, Hono } from "hono";
import * as v from "valibot";
import type { Platform } from "../core/shared/contract.ts";
import type { Reply, RoomOp } from "../core/shared/rpc.ts";
import { readBot, readModeration } from "../core/shared/server-message.ts";
import { readRoomName } from "../protocol/names.ts";
import type { Settings } from "../protocol/settings.ts";
import { readJsonBody } from "./json-body.ts";
import { isNoRoom, noRoom } from "./no-room.ts";
import { codedProblem } from "./problem.ts";
import { outcomeOf, refuse, respond } from "./publish-server.ts";

/** The part of a host that the route needs. */
export interface ModerationHost {
  readonly platform: Pick<Platform, "hash" | "random">;
  ask(room: string, op: RoomOp): Promise<Reply>;
}

/** Events name the operator so. The app's own bots have other ids. */
export const OPERATOR = { id: "the operator of the server", username: "admin" };
const BODY_BYTES_MAX = 16 * 1024;
const BodySchema = v.looseObject({ action: v.string() });

/** @param options as of `createApp` */
export function addAdminModeration<E extends Env>(
  app: Hono<E>,
  options: {
    backend(bindings: E["Bindings"]): ModerationHost;
    access(bindings: E["Bindings"]): { readonly settings: Settings };
  },
): void {
  app.post("/admin/rooms/:room/moderate", async (c) => {
    const room = readRoomName(c.req.param("room"));
    if (room === null) return codedProblem("bad_room");
    const { settings } = options.access(c.env);
    return moderateRoom(options.backend(c.env), settings, c.req.raw, room);
  });
}

async function moderateRoom(
  { platform, ask }: ModerationHost,
  settings: Settings,
  request: Request,
  room: string,
): Promise<Response> {
  const body = await readJsonBody(request, BodySchema, BODY_BYTES_MAX);
  if (!body.ok) return body.response;
  const frame = readModeration(settings, body.value);
  if (!frame.ok) return refuse(frame.refusal, {});
  const operator = readBot(platform, OPERATOR);
  if (!operator.ok) return refuse(operator.refusal, {});
  const reply = await ask(room, {
    ...{ type: "moderate", ...operator.value },
    frame: frame.value,
  });
  if (isNoRoom(reply)) return noRoom();
  return respond(outcomeOf(reply, frame.value.id), {});
}
