// Upgrade route: hands a request for a WebSocket to its room, once the host, the origin, the version and the rate allow it.
import type { Context, Env, Hono, MiddlewareHandler } from "hono";
import type { Refused, Verified } from "../core/shared/rpc.ts";
import { readRoomName } from "../protocol/names.ts";
import type { Access, RequestSource } from "./access.ts";
import { problem } from "./problem.ts";

/** The part of a host that the route needs. */
interface UpgradeHost {
  source(request: Request): RequestSource;
  connect(
    room: string,
    request: Request,
    appVerdict?: Verified | Refused | null,
  ): Promise<Response>;
}

export interface UpgradeRouteOptions<E extends Env> {
  backend(bindings: E["Bindings"]): UpgradeHost;
  access(bindings: E["Bindings"]): Access;
  /** Adds the headers of all other responses to a refusal. */
  readonly forPrograms: MiddlewareHandler;
}

/**
 * Adds the route before the middleware of all other requests: a wave of joins is
 * a wave of upgrades, whose responses need no headers. A request that this route
 * does not let in goes on, and the middleware and routes behind it refuse it.
 */
export function addUpgradeRoute<E extends Env>(
  app: Hono<E>,
  { backend: backendOf, access: accessOf, forPrograms }: UpgradeRouteOptions<E>,
): void {
  app.get("/rooms/:room", async (c, next) => {
    if (!isUpgrade(c) || !isOfVersion(c)) return next();
    const room = readRoomName(c.req.param("room"));
    if (room === null) return next();
    const request = c.req.raw;
    const [backend, access] = [backendOf(c.env), accessOf(c.env)];
    const source = backend.source(request);
    if (access.checkHost(request, source) !== null) return next();
    if (access.checkOrigin(request) !== null) return next();
    // It counts the request, so nobody may ask again.
    const response =
      (await access.checkConnect(request, source)) ??
      (access.asksApp
        ? await backend.connect(
            room,
            request,
            await access.askApp(request, room),
          )
        : await backend.connect(room, request));
    // Also a host may refuse: a part of the handshake is missing.
    if (response.status < 400) return response;
    return forPrograms(c, async () => {
      c.res = response;
    });
  });
}

export function isUpgrade(c: Context): boolean {
  return c.req.header("Upgrade")?.toLowerCase() === "websocket";
}

/** The only version that exists: RFC 6455, section 4.4. */
const WEBSOCKET_VERSION = "13";

function isOfVersion(c: Context): boolean {
  return c.req.header("Sec-WebSocket-Version") === WEBSOCKET_VERSION;
}

/** Refuses a request for a WebSocket that is none, or has another version. */
export function upgradeRequired(): Response {
  return problem(426, "This URL needs a WebSocket, version 13.", {
    headers: {
      Upgrade: "websocket",
      Connection: "Upgrade",
      "Sec-WebSocket-Version": WEBSOCKET_VERSION,
    },
  });
}
