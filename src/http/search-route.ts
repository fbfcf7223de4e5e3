// Search route: a request looks for words in the messages of a room, by the doors of its pages.
import type { Env, Hono } from "hono";
import * as v from "valibot";
import { resultFields } from "../core/room/queries.ts";
import type { Reply, RoomOp } from "../core/shared/rpc.ts";
import { readRoomName } from "../protocol/names.ts";
import type { Access, RequestSource } from "./access.ts";
import { searchQuery, searchQueryHelp } from "./page-query.ts";
import { codedProblem } from "./problem.ts";
import { refusalResponse } from "./refusal-response.ts";
import { readRoom } from "./room-reader.ts";

/** The part of a host that the route needs. */
interface SearchHost {
  source(request: Request): RequestSource;
  ask(room: string, op: RoomOp): Promise<Reply>;
}

/** @param options as of `createApp` */
export function addSearchRoute<E extends Env>(
  app: Hono<E>,
  options: {
    backend(bindings: E["Bindings"]): SearchHost;
    access(bindings: E["Bindings"]): Access;
  },
): void {
  app.get("/rooms/:room/search", async (c) => {
    const room = readRoomName(c.req.param("room"));
    if (room === null) return codedProblem("bad_room");
    const [host, access] = [options.backend(c.env), options.access(c.env)];
    const source = host.source(c.req.raw);
    const right = await access.authorizeRead(c.req.raw, room, source);
    if (!right.ok) return right.response;
    const query = v.safeParse(searchQuery, c.req.query());
    const { reader, accountKind } = right;
    // A reader without the right learns nothing else from a wrong query.
    const read = query.success
      ? ({ type: "search", ...query.output } as const)
      : ({ type: "info" } as const);
    const reply = await readRoom(reader, read, (op) => host.ask(room, op));
    if (reply.type === "refused") return refusalResponse(reply);
    if (!query.success) return codedProblem("bad_request", searchQueryHelp);
    if (reply.type !== "results") return codedProblem("unavailable");
    const absent =
      reply.epoch === null ? access.checkRoomExists(room, accountKind) : null;
    if (absent !== null) return absent;
    return c.body(`{${resultFields(reply)}}`, 200, {
      "Cache-Control": "no-store",
      "Content-Type": "application/json",
    });
  });
}
