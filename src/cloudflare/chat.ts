// Chat: the types of createChat on Cloudflare, without its inner parts, as the npm package shows them.
import type { Hono } from "hono";
import type { ChatTypes, GivenSettings, Hooks } from "../hooks/hooks.ts";
import type { SchemaOptions } from "../hooks/schemas.ts";
import type { RoomHandle, UserHandle } from "../hosting/server-hand.ts";

/** The bindings of a Worker with a chat. The settings are variables beside them. */
export interface ChatEnv {
  readonly ROOM: DurableObjectNamespace;
  readonly DIRECTORY: DurableObjectNamespace;
  readonly SERVICE: DurableObjectNamespace;
  /** Serves the page and its files; absent: there is no page. */
  readonly ASSETS?: Fetcher;
  /** Counts connections; each of Cloudflare's locations counts for itself. */
  readonly CONNECTS?: RateLimit;
  /** Takes metrics once a minute; absent: nobody counts. */
  readonly METRICS?: AnalyticsEngineDataset;
}

/** @template E the environment of the Worker, which the hooks get */
export interface ChatOptions<E = ChatEnv, T extends ChatTypes = ChatTypes>
  extends Hooks<E, T>,
    SchemaOptions<T> {
  /** Settings that go before those of the environment. */
  readonly settings?: GivenSettings;
  /**
   * The path that a proxy in front strips from a request, such as `/chat`. The
   * path at which another app mounts this chat is found in the request.
   */
  readonly basePath?: string;
  /**
   * The environment, if it is known at the start: a wrong setting stops the
   * start then. Without it the settings are read with the first request.
   */
  readonly env?: object;
}

/** The runtime creates the objects. */
export type ObjectClass<E, T = Rpc.DurableObjectBranded> = new (
  ctx: DurableObjectState,
  env: E,
) => T;

export interface Chat<E = ChatEnv, T extends ChatTypes = ChatTypes> {
  /** The Worker exports the classes by these names: wrangler.toml has them. */
  readonly RoomObject: ObjectClass<E>;
  readonly DirectoryObject: ObjectClass<E>;
  readonly ServiceObject: ObjectClass<E>;
  /** For another Hono app, which mounts it at any path. */
  readonly app: Hono<{ Bindings: E & object }>;
  /** Answers a request of a Worker without an app of its own. */
  fetch(
    request: Request,
    env: E & object,
    ctx: ExecutionContext,
  ): Response | Promise<Response>;
  /**
   * The server's own hand in a room.
   *
   * @throws ServerHandError if it is no name of a room
   */
  room(env: E & object, name: string): RoomHandle<T["message"], T["user"]>;
  /**
   * The server's own hand towards a user.
   *
   * @throws ServerHandError if it is no name of a user
   */
  user(env: E & object, name: string): UserHandle<T["message"]>;
}
