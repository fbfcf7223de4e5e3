// HTTP routes: maps each path to the page, the rooms or the admin, the same way on every host.

import { type Context, type Env, Hono } from "hono";
import { except } from "hono/combine";
import { methodNotAllowed } from "hono/method-not-allowed";
import { secureHeaders } from "hono/secure-headers";
import * as v from "valibot";
import { pageFields } from "./core/room/queries.ts";
import type { Refused, Reply, RoomOp, Verified } from "./core/shared/rpc.ts";
import type { Access } from "./http/access.ts";
import { addAdminErasures } from "./http/admin-erasures.ts";
import { addAdminKeyRoutes } from "./http/admin-key-routes.ts";
import { addAdminModeration } from "./http/admin-moderation.ts";
import { addAdminNames } from "./http/admin-names.ts";
import { addAdminReports } from "./http/admin-reports.ts";
import { addAdminRoomRoutes } from "./http/admin-room-routes.ts";
import { addAdminRooms } from "./http/admin-rooms.ts";
import { addAdminState } from "./http/admin-state.ts";
import { addAdminWebhooks } from "./http/admin-webhooks.ts";
import { bearerToken, hasTokenInUrl } from "./http/connect-request.ts";
import { addHealthRoute, type FailingWebhooks } from "./http/health-route.ts";
import { addMetricsRoute } from "./http/metrics-route.ts";
import {
  missingSlashLocation,
  pageBelow,
  pathBelowMount,
  readBasePath,
} from "./http/mount.ts";
import { pageQuery, pageQueryHelp } from "./http/page-query.ts";
import { codedProblem, problem } from "./http/problem.ts";
import { addPublishRoutes, type PublishHost } from "./http/publish-routes.ts";
import { refusalResponse as refusedRequest } from "./http/refusal-response.ts";
import { readRoom } from "./http/room-reader.ts";
import { addSearchRoute } from "./http/search-route.ts";
import { SetupError } from "./http/setup-error.ts";
import { transportSecurity } from "./http/transport-security.ts";
import {
  addUpgradeRoute,
  isUpgrade,
  upgradeRequired,
} from "./http/upgrade-route.ts";
import { readRoomName } from "./protocol/names.ts";
import { SettingsError } from "./protocol/settings.ts";
import type { RequestFacts } from "./socketio/contract.ts";
import {
  type EngineRequest,
  readEngineRequest,
} from "./socketio/engine-request.ts";
import { readFacts, refusalResponse } from "./socketio/http.ts";

/** The app's view of the host that runs it. */
export interface Backend extends PublishHost {
  /**
   * Hands a WebSocket upgrade to the room and returns the room's response.
   *
   * @param appVerdict what the app says of the request; absent: it is not asked
   */
  connect(
    room: string,
    request: Request,
    appVerdict?: Verified | Refused | null,
  ): Promise<Response>;
  /** Answers a request of a Socket.IO client, which the doors have let in. */
  socketIo(
    asked: EngineRequest,
    request: Request,
    facts: RequestFacts,
  ): Promise<Response>;
  /** Calls the room. Rejects if the room does not answer. */
  ask(room: string, op: RoomOp): Promise<Reply>;
  /**
   * Serves a file of the page. Resolves with null if there is no such file.
   *
   * @param path as in "/style.css", below the mount path; "/" is the page
   */
  file(path: string, request: Request): Promise<Response | null>;
  /**
   * The reason why writes are not stored at present, in one word; null if they
   * are.
   */
  storageProblem(): string | null;
  /** The webhooks that fail; absent: the host does not know them all. */
  failingWebhooks?(): FailingWebhooks;
  /** The metrics as text in OpenMetrics; absent: the host has no such text. */
  metrics?(): string;
}

export interface AppOptions<E extends Env> {
  /** Returns the host, by the bindings of a request where there are some. */
  backend(bindings: E["Bindings"]): Backend;
  /**
   * Returns the access rules for the bindings of a request. They belong to this
   * app alone, since they count connections and wrong secrets.
   */
  access(bindings: E["Bindings"]): Access;
  /**
   * The path that a proxy in front strips from a request, such as `/chat`. The
   * path at which another app mounts this one is found in the request.
   */
  readonly basePath?: string;
  /** Counts the responses; absent: nobody does. */
  countResponse?(bindings: E["Bindings"], status: number): void;
}

/**
 * Creates the routes. They work below any path at which another app mounts
 * them: the URLs in the responses are relative.
 *
 * @throws SettingsError if the base path is not a path
 */
export function createApp<E extends Env>(options: AppOptions<E>): Hono<E> {
  const { backend: backendOf, access: accessOf } = options;
  const basePath = readBasePath(options.basePath ?? "");
  if (basePath === null)
    throw new SettingsError(
      `Wrong settings. basePath=${options.basePath}: a path such as /chat.`,
    );
  const app = new Hono<E>();
  const forPrograms = secureHeaders(apiHeaders);
  app.use(async (c, next) => {
    await next();
    const { ok, status } = c.res;
    // On Deno the response to an upgrade says nothing: it was written before.
    options.countResponse?.(c.env, ok && isUpgrade(c) ? 101 : status);
  });
  app.use(transportSecurity);
  addUpgradeRoute(app, { ...options, forPrograms });
  app.use(async (c, next) => {
    const path = pathBelowMount(c);
    if (path === "/") return accessOf(c.env).pageHeaders(c, next);
    // A file has its own headers, the same on every host.
    const file =
      isRead(c) && FILE_PATH.test(path)
        ? await backendOf(c.env).file(path, c.req.raw)
        : null;
    return file ?? forPrograms(c, next);
  });
  // A health check may use any host name.
  app.use(
    except(isHealthCheck, async (c, next) => {
      const source = backendOf(c.env).source(c.req.raw);
      return accessOf(c.env).checkHost(c.req.raw, source) ?? next();
    }),
  );
  for (const path of ["/rooms/*", "/users/*"]) {
    app.use(
      path,
      async (c, next) => accessOf(c.env).checkOrigin(c.req.raw) ?? next(),
    );
    // Hono's CORS would change the response to an upgrade, which belongs to the
    // host.
    app.use(
      path,
      except(isUpgrade, (c, next) => accessOf(c.env).cors(c, next)),
    );
  }
  addSocketIo(app, options);
  app.use("/admin/*", async (c, next) =>
    accessOf(c.env).hasAdmin ? next() : nothingHere(),
  );
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (_, methods) =>
        problem(405, `Allowed here: ${methods.join(", ")}.`, {
          headers: { Allow: methods.join(", ") },
        }),
    }),
  );

  const page = async (c: Context<E>) => {
    const location = missingSlashLocation(c);
    if (location !== null) return c.body(null, 307, { Location: location });
    const backend = backendOf(c.env);
    // Without the headers of the request, which may know another page.
    const request = basePath === "" ? c.req.raw : new Request(c.req.url);
    const file = await backend.file("/", request);
    if (file === null) return problem(404, "There is no page here.");
    return basePath === "" ? file : pageBelow(basePath, c.req.url, file);
  };
  app.get("/", page);
  app.get("/index.html", (c) => c.body(null, 307, { Location: "./" }));
  // The page reads this before anybody joins.
  app.get("/config", (c) => {
    const { admitsGuests: guests, avatarOrigins } = accessOf(c.env);
    const avatars = avatarOrigins.length > 0 ? { avatarOrigins } : {};
    return c.json({ guests, ...avatars }, 200, noStore);
  });
  addHealthRoute(app, options);

  app.get("/rooms/:room", async (c) => {
    const room = readRoomName(c.req.param("room"));
    if (room === null) return codedProblem("bad_room");
    const [backend, access] = [backendOf(c.env), accessOf(c.env)];
    if (wantsUpgrade(c)) return upgradeRequired();
    const source = backend.source(c.req.raw);
    const right = await access.authorizeRead(c.req.raw, room, source);
    if (!right.ok) return right.response;
    const { reader, accountKind } = right;
    const reply = await readRoom(reader, { type: "info" }, (op) =>
      backend.ask(room, op),
    );
    if (reply.type === "refused") return refusedRequest(reply);
    if (reply.type !== "info") return codedProblem("internal");
    const absent =
      reply.epoch === null ? access.checkRoomExists(room, accountKind) : null;
    if (absent !== null) return absent;
    const { count, seq, epoch } = reply;
    return c.json({ room, count, seq, epoch }, 200, noStore);
  });

  app.get("/rooms/:room/messages", async (c) => {
    const room = readRoomName(c.req.param("room"));
    if (room === null) return codedProblem("bad_room");
    const [backend, access] = [backendOf(c.env), accessOf(c.env)];
    const source = backend.source(c.req.raw);
    const right = await access.authorizeRead(c.req.raw, room, source);
    if (!right.ok) return right.response;
    const query = v.safeParse(pageQuery, c.req.query());
    const { reader, accountKind } = right;
    // A reader without the right learns nothing else from a wrong query.
    const read = query.success
      ? ({ type: "messages", ...query.output } as const)
      : ({ type: "info" } as const);
    const reply = await readRoom(reader, read, (op) => backend.ask(room, op));
    if (reply.type === "refused") return refusedRequest(reply);
    if (!query.success) return codedProblem("bad_request", pageQueryHelp);
    if (reply.type !== "page") return codedProblem("internal");
    const absent =
      reply.epoch === null ? access.checkRoomExists(room, accountKind) : null;
    if (absent !== null) return absent;
    // The lines are JSON already, so they are not parsed and written again.
    return c.body(`{${pageFields(reply)}}`, 200, {
      ...noStore,
      "Content-Type": "application/json",
    });
  });

  addSearchRoute(app, options);
  addMetricsRoute(app, options);
  addPublishRoutes(app, options);
  addAdmin(app, options);

  // A route, since below a mount the 404 of the other app would go first. It
  // also matches the mount path with a slash at its end.
  app.all("*", (c) =>
    isRead(c) && pathBelowMount(c) === "/" ? page(c) : nothingHere(),
  );
  app.onError((error) => {
    const { name } = error;
    console.log(JSON.stringify({ event: "request failed", error: name }));
    if (error instanceof SetupError)
      return problem(500, error.message, { code: "internal" });
    return codedProblem("unavailable");
  });
  return app;
}

/** The client asks at one path, whatever its transport is. */
function addSocketIo<E extends Env>(
  app: Hono<E>,
  { backend: backendOf, access: accessOf }: AppOptions<E>,
): void {
  app.use("/socket.io/*", async (c, next) =>
    accessOf(c.env).hasSocketIo
      ? (accessOf(c.env).checkOrigin(c.req.raw) ?? next())
      : nothingHere(),
  );
  app.use(
    "/socket.io/*",
    except(isUpgrade, (c, next) => accessOf(c.env).socketIoCors(c, next)),
  );
  const answer = async (c: Context<E>) => {
    const request = c.req.raw;
    const [backend, access] = [backendOf(c.env), accessOf(c.env)];
    if (hasTokenInUrl(request))
      return codedProblem("bad_request", SOCKETIO_TOKEN_IN_URL);
    const url = new URL(request.url);
    const { searchParams } = url;
    const asked = readEngineRequest(c.req.method, searchParams, isUpgrade(c));
    if (!isUpgrade(c) && !access.hasSocketIoPolling)
      return refusalResponse("transport");
    const isNew = asked.kind === "open" || asked.kind === "old";
    // A session keeps the facts of its first request.
    const source = isNew ? backend.source(request) : null;
    const refusal = source && (await access.checkConnect(request, source));
    const network = source?.network?.() ?? null;
    const facts = readFacts(url, bearerToken(request), network);
    return refusal ?? backend.socketIo(asked, request, facts);
  };
  app.all("/socket.io", answer);
  app.all("/socket.io/", answer);
}

function addAdmin<E extends Env>(
  app: Hono<E>,
  { backend: backendOf, access: accessOf }: AppOptions<E>,
): void {
  app.use("/admin/*", async (c, next) => {
    const source = backendOf(c.env).source(c.req.raw);
    return (await accessOf(c.env).checkAdmin(c.req.raw, source)) ?? next();
  });
  addAdminKeyRoutes(app, { backend: backendOf, access: accessOf });
  addAdminModeration(app, { backend: backendOf, access: accessOf });
  addAdminReports(app, { backend: backendOf, access: accessOf });
  addAdminWebhooks(app, { backend: backendOf, access: accessOf });
  addAdminErasures(app, { backend: backendOf });
  addAdminRooms(app, { backend: backendOf });
  addAdminNames(app, { backend: backendOf });
  addAdminState(app, { backend: backendOf, access: accessOf });
  addAdminRoomRoutes(app, { backend: backendOf, access: accessOf });
}

function nothingHere(): Response {
  return problem(404, "Nothing exists at this path.");
}

/** Programs read these responses; no browser shows them as a page. */
const apiHeaders = {
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    frameAncestors: ["'none'"],
  },
  // `transportSecurity` sets it.
  strictTransportSecurity: false,
};

/**
 * The files of the page stand beside it, and each name has a dot. Those of
 * Socket.IO's client have a folder.
 */
const FILE_PATH = /^\/(?!index\.html$|socket\.io$)(socket\.io\/)?[^/]+\.[^/]+$/;

const SOCKETIO_TOKEN_IN_URL =
  "Do not send a token in the URL, where it would be logged. Send it as auth: { token }.";

const noStore = { "Cache-Control": "no-store" };

function isRead(c: Context): boolean {
  return c.req.method === "GET" || c.req.method === "HEAD";
}

function isHealthCheck(c: Context): boolean {
  return pathBelowMount(c) === "/health";
}

/**
 * The request has the URL or the headers of a WebSocket, but a proxy has
 * dropped the upgrade.
 */
function wantsUpgrade(c: Context): boolean {
  return (
    c.req.header("Upgrade") !== undefined ||
    c.req.header("Sec-WebSocket-Key") !== undefined ||
    c.req.query("username") !== undefined ||
    c.req.query("format") !== undefined
  );
}
