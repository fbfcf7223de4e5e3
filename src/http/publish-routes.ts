// Publish routes: the paths by which backends, bots and people send messages without a connection.
import type { Env, Hono } from "hono";
import { readRoomName } from "../protocol/names.ts";
import type { Access, RequestSource } from "./access.ts";
import { codedProblem } from "./problem.ts";
import { type PublishServer, publishMessage } from "./publish.ts";

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
  app.post("/rooms/:room/messages", async (c) => {
    const room = readRoomName(c.req.param("room"));
    if (room === null) return codedProblem("bad_room");
    const [host, access] = [options.backend(c.env), options.access(c.env)];
    const request = c.req.raw;
    const source = host.source(request);
    const allowed = await access.authorizePublish(request, room, source);
    if (!allowed.ok) return allowed.response;
    const { author, headers } = allowed;
    const server = serverOf(host, access);
    return publishMessage(server, author, request, room, headers);
  });
}

function serverOf(
  { platform, askObject }: PublishHost,
  { messageLimits: settings }: Access,
): PublishServer {
  return { settings, platform, askObject };
}
