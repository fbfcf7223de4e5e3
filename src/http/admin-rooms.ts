// Admin rooms: answers /admin/rooms, by which the operator lists all rooms by pages.
import type { Env, Hono } from "hono";
import * as v from "valibot";
import {
  decodeCursor,
  encodeCursor,
  REGISTRY_PAGE_MAX,
} from "../core/shared/registry-requests.ts";
import { ROOM_NAME_MAX } from "../protocol/names.ts";
import { codedProblem } from "./problem.ts";
import type { PublishHost } from "./publish-routes.ts";
import { json } from "./publish-server.ts";
import { readRoomPage } from "./room-pages.ts";

const LIMIT_DEFAULT = 20;

const querySchema = v.object({
  prefix: v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => text.normalize("NFKC")),
      v.check((text) => [...text].length <= ROOM_NAME_MAX),
    ),
  ),
  after: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(4 * ROOM_NAME_MAX),
      v.transform(decodeCursor),
      v.check((cursor) => cursor !== null),
    ),
  ),
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,3}$/),
      v.transform(Number),
      v.minValue(1),
      v.maxValue(REGISTRY_PAGE_MAX),
    ),
  ),
});
const QUERY_HELP = `prefix: how the names begin. after: the next of the page before. limit: 1 to ${REGISTRY_PAGE_MAX}.`;

/** @param options as of `createApp` */
export function addAdminRooms<E extends Env>(
  app: Hono<E>,
  options: { backend(bindings: E["Bindings"]): PublishHost },
): void {
  app.get("/admin/rooms", (c) =>
    listRooms(options.backend(c.env), c.req.query()),
  );
}

async function listRooms(
  { askObject }: PublishHost,
  parameters: Readonly<Record<string, string>>,
): Promise<Response> {
  const query = v.safeParse(querySchema, parameters);
  if (!query.success) return codedProblem("bad_request", QUERY_HELP);
  const { prefix, after, limit = LIMIT_DEFAULT } = query.output;
  const page = await readRoomPage(askObject, {
    ...{ prefix, limit, from: after ?? undefined },
  });
  if (page === null)
    return codedProblem(
      "unavailable",
      "The registry of rooms does not answer.",
    );
  const { rooms, next } = page;
  const more = next === null ? {} : { next: encodeCursor(next) };
  return json({ rooms, ...more }, 200, {});
}
