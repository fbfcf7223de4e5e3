// Admin rooms: answers /admin/rooms and /admin/rooms/{room}, by which the operator lists all rooms by pages, reads their figures, closes, opens and deletes them.
import type { Env, Hono } from "hono";
import * as v from "valibot";
import {
  decodeCursor,
  encodeCursor,
  REGISTRY_PAGE_MAX,
} from "../core/shared/registry-requests.ts";
import type { Reply, RoomOp } from "../core/shared/rpc.ts";
import { ROOM_NAME_MAX, readRoomName } from "../protocol/names.ts";
import { withDeadline } from "./deadline.ts";
import { isNoRoom, noRoom } from "./no-room.ts";
import { codedProblem } from "./problem.ts";
import type { PublishHost } from "./publish-routes.ts";
import { json } from "./publish-server.ts";
import { askFigures, withFigures } from "./room-figures.ts";
import { readRoomPage } from "./room-pages.ts";

const LIMIT_DEFAULT = 20;
/** How long a room may take, ms. */
const ANSWER_MS = 5000;

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
  figures: v.optional(v.picklist(["true", "false"])),
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
const QUERY_HELP = `prefix: how the names begin. after: the next of the page before. limit: 1 to ${REGISTRY_PAGE_MAX}. figures: true.`;

/** The part of a host that the routes need. */
interface AdminRoomsHost extends Pick<PublishHost, "askObject"> {
  ask(room: string, op: RoomOp): Promise<Reply>;
}

/** @param options as of `createApp` */
export function addAdminRooms<E extends Env>(
  app: Hono<E>,
  options: { backend(bindings: E["Bindings"]): AdminRoomsHost },
): void {
  app.get("/admin/rooms", (c) =>
    listRooms(options.backend(c.env), c.req.query()),
  );
  app.get("/admin/rooms/:room", (c) => {
    const room = readRoomName(c.req.param("room"));
    return room === null
      ? codedProblem("bad_room")
      : showRoom(options.backend(c.env), room);
  });
  app.delete("/admin/rooms/:room", (c) => {
    const room = readRoomName(c.req.param("room"));
    return room === null
      ? codedProblem("bad_room")
      : deleteRoom(options.backend(c.env), room);
  });
  for (const [word, isClosed] of [
    ["close", true],
    ["open", false],
  ] as const)
    app.post(`/admin/rooms/:room/${word}`, (c) => {
      const room = readRoomName(c.req.param("room"));
      return room === null
        ? codedProblem("bad_room")
        : closeRoom(options.backend(c.env), room, isClosed);
    });
}

async function listRooms(
  { askObject, ask }: AdminRoomsHost,
  parameters: Readonly<Record<string, string>>,
): Promise<Response> {
  const query = v.safeParse(querySchema, parameters);
  if (!query.success) return codedProblem("bad_request", QUERY_HELP);
  const { prefix, after, limit = LIMIT_DEFAULT, figures } = query.output;
  const page = await readRoomPage(askObject, {
    ...{ prefix, limit, from: after ?? undefined },
  });
  if (page === null)
    return codedProblem(
      "unavailable",
      "The registry of rooms does not answer.",
    );
  const { next } = page;
  const rooms =
    figures === "true"
      ? await withFigures(page.rooms, (room) => askFigures(ask, room))
      : page.rooms;
  const more = next === null ? {} : { next: encodeCursor(next) };
  return json({ rooms, ...more }, 200, {});
}

async function showRoom(
  { ask }: AdminRoomsHost,
  room: string,
): Promise<Response> {
  const figures = await askFigures(ask, room, true);
  if (figures === null) return notAnswered();
  return figures.epoch === null
    ? noRoom()
    : json({ room, ...figures }, 200, {});
}

async function closeRoom(
  { ask }: AdminRoomsHost,
  room: string,
  isClosed: boolean,
): Promise<Response> {
  const op = { type: "close-room", isClosed } as const;
  const reply = await withDeadline(ask(room, op), ANSWER_MS);
  if (reply?.type === "done") return json({ room, closed: isClosed }, 200, {});
  return isNoRoom(reply) ? noRoom() : notAnswered();
}

async function deleteRoom(
  { ask }: AdminRoomsHost,
  room: string,
): Promise<Response> {
  const deleted = ask(room, { type: "delete-room" });
  const reply = await withDeadline(deleted, ANSWER_MS);
  if (reply?.type === "done") return new Response(null, { status: 204 });
  return isNoRoom(reply) ? noRoom() : notAnswered();
}

function notAnswered(): Response {
  return codedProblem("unavailable", "The room does not answer.");
}
