// Admin room routes: the paths below /admin/rooms by which an operator exports and imports a room.
import type { Env, Hono } from "hono";
import type { Reply, RoomOp } from "../core/shared/rpc.ts";
import { readRoomName } from "../protocol/names.ts";
import type { Access } from "./access.ts";
import { ErasedUsers, type ErasedUsersHost } from "./erased-users.ts";
import { exportLog } from "./log-export.ts";
import { importLog } from "./log-import.ts";
import { codedProblem } from "./problem.ts";

/** The part of a host that the routes need. */
interface RoomHost extends ErasedUsersHost {
  ask(room: string, op: RoomOp): Promise<Reply>;
}

const PATH = "/admin/rooms/:room";

/** @param options as of `createApp` */
export function addAdminRoomRoutes<E extends Env>(
  app: Hono<E>,
  options: {
    backend(bindings: E["Bindings"]): RoomHost;
    access(bindings: E["Bindings"]): Access;
  },
): void {
  const { backend: backendOf, access: accessOf } = options;
  app.get(`${PATH}/export`, async (c) => {
    const room = readRoomName(c.req.param("room"));
    if (room === null) return codedProblem("bad_room");
    const denial = await accessOf(c.env).checkDenial(c.req.raw, room);
    if (denial !== null) return denial;
    const backend = backendOf(c.env);
    const user = c.req.query("user");
    return exportLog(room, (op) => backend.ask(room, op), user);
  });
  app.post(`${PATH}/import`, async (c) => {
    const room = readRoomName(c.req.param("room"));
    if (room === null) return codedProblem("bad_room");
    const denial = await accessOf(c.env).checkDenial(c.req.raw, room);
    if (denial !== null) return denial;
    const backend = backendOf(c.env);
    const erased = await ErasedUsers.read(backend);
    if (erased === null) return codedProblem("unavailable");
    return importLog(...([room, c.req.raw.body, erased] as const), (op) =>
      backend.ask(room, op),
    );
  });
}
