// Publish routes: the paths by which backends, bots and people send, change and moderate without a connection.
import type { Context, Env, Hono } from "hono";
import { readTraceparent, withTrace } from "../core/shared/trace.ts";
import { readRoomName, readUsername } from "../protocol/names.ts";
import type { Access, RequestSource } from "./access.ts";
import { broadcast } from "./broadcast.ts";
import { receiveWebhook } from "./incoming-webhook.ts";
import { codedProblem } from "./problem.ts";
import { publishToRoom } from "./publish.ts";
import { changeMessage } from "./publish-change.ts";
import { type PrivateServer, publishToUser } from "./publish-private.ts";
import { type PublishServer, refuse } from "./publish-server.ts";
import { moderateRoom } from "./room-moderation.ts";
import { closeReport, listReports } from "./room-reports.ts";

/** The part of a host that the routes need. */
export interface PublishHost
  extends Pick<PublishServer, "platform" | "askObject"> {
  /** The client's address and the host's own connection counter. */
  source(request: Request): RequestSource;
}

/** @param options as of `createApp` */
export function addPublishRoutes<E extends Env>(
  app: Hono<E>,
  options: {
    backend(bindings: E["Bindings"]): PublishHost;
    access(bindings: E["Bindings"]): Access;
  },
): void {
  const partsOf = (env: E["Bindings"], request: Request) => {
    const [host, access] = [options.backend(env), options.access(env)];
    const server = serverOf(host, access, request);
    return { access, server, source: host.source(request) };
  };
  app.post("/rooms/:room/messages", async (c) => {
    const room = readRoomName(c.req.param("room"));
    if (room === null) return codedProblem("bad_room");
    const request = c.req.raw;
    const { access, server, source } = partsOf(c.env, request);
    const right = await access.publish.toRoom(request, room, source);
    if (!right.ok) return right.response;
    return publishToRoom(server, right, request, room);
  });
  const change = async (c: Context<E>) => {
    const room = readRoomName(c.req.param("room") ?? "");
    if (room === null) return codedProblem("bad_room");
    const request = c.req.raw;
    const { access, server, source } = partsOf(c.env, request);
    const right = await access.publish.toRoom(request, room, source);
    if (!right.ok) return right.response;
    const [seq, emoji] = [c.req.param("seq") ?? "", c.req.param("emoji")];
    return changeMessage(server, right, request, { room, seq, emoji });
  };
  app.patch("/rooms/:room/messages/:seq", change);
  app.delete("/rooms/:room/messages/:seq", change);
  const reaction = "/rooms/:room/messages/:seq/reactions/:emoji";
  app.put(reaction, change);
  app.delete(reaction, change);
  app.post("/rooms/:room/moderate", async (c) => {
    const room = readRoomName(c.req.param("room"));
    if (room === null) return codedProblem("bad_room");
    const request = c.req.raw;
    const { access, server, source } = partsOf(c.env, request);
    const right = await access.publish.toModerate(request, room, source);
    if (!right.ok) return right.response;
    return moderateRoom(server, right, request, room);
  });
  const reports = async (c: Context<E>) => {
    const room = readRoomName(c.req.param("room") ?? "");
    if (room === null) return codedProblem("bad_room");
    const request = c.req.raw;
    const { access, server, source } = partsOf(c.env, request);
    const right = await access.publish.toModerate(request, room, source);
    if (!right.ok) return right.response;
    const report = c.req.param("report");
    return report === undefined
      ? listReports(server, right, request, room)
      : closeReport(server, right, request, room, report);
  };
  app.get("/rooms/:room/reports", reports);
  app.post("/rooms/:room/reports/:report", reports);
  app.post("/users/:name/messages", async (c) => {
    const name = readUsername(c.req.param("name"));
    const request = c.req.raw;
    const { access, server, source } = partsOf(c.env, request);
    const right = await access.publish.toUser(request, source);
    if (!right.ok) return right.response;
    if (name === null)
      return refuse({ code: "bad_username" }, right.rate.headers);
    return publishToUser(server, right, request, name);
  });
  app.post("/broadcast", async (c) => {
    const request = c.req.raw;
    const { access, server } = partsOf(c.env, request);
    const right = await access.publish.toRooms(request);
    if (!right.ok) return right.response;
    return broadcast(server, right, request, right.refusalFor);
  });
  app.post("/hooks/:room/:secret", async (c) => {
    const request = c.req.raw;
    const room = readRoomName(c.req.param("room"));
    const { access, server } = partsOf(c.env, request);
    const token = c.req.param("secret");
    const right = await access.publish.byUrl(request, room, token);
    if (!right.ok || room === null)
      return right.ok ? codedProblem("bad_room") : right.response;
    return receiveWebhook(server, right, request, room);
  });
}

function serverOf(
  { platform, askObject }: PublishHost,
  { settings, schemas, privateCheck }: Access,
  request: Request,
): PrivateServer {
  const traceparent = readTraceparent(request.headers.get("traceparent"));
  if (traceparent === null)
    return { settings, schemas, privateCheck, platform, askObject };
  return {
    ...{ settings, schemas, platform },
    privateCheck:
      privateCheck &&
      ((question) => privateCheck({ ...question, traceparent })),
    askObject: (to, ops) =>
      askObject(
        to,
        ops.map((op) => withTrace(op, traceparent)),
      ),
  };
}
