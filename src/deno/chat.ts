// Chat: the types of createChat on Deno, without its inner parts, as the npm package shows them.
import type { Hono } from "hono";
import type { ChatTypes, GivenSettings, Hooks } from "../hooks/hooks.ts";
import type { SchemaOptions } from "../hooks/schemas.ts";
import type { RoomHandle, UserHandle } from "../hosting/server-hand.ts";

/** Facts about a request that the request itself does not state. */
export interface RequestContext {
  readonly address: string;
  /**
   * The request came by no proxy, and by no name that the process was given.
   */
  readonly isDirect: boolean;
  /** Set if the request asks for a WebSocket; the chat alone uses it. */
  readonly upgrade: object | null;
}

/** Any app that answers requests, such as a Hono app. */
export interface RequestApp {
  fetch(
    request: Request,
    context: RequestContext,
  ): Response | Promise<Response>;
}

/** @template E the environment, which the hooks get */
export interface ChatOptions<
  E extends object = object,
  T extends ChatTypes = ChatTypes,
> extends Hooks<E, T>,
    SchemaOptions<T> {
  /**
   * Settings by their names, and whatever else the hooks need. A process may
   * give `Deno.env.toObject()`.
   */
  readonly env?: E;
  /** Settings that go before those of the environment. */
  readonly settings?: GivenSettings;
  /** The path of the data folder. */
  readonly data: string;
  /** Rooms and names in memory at once: 1000 by default. */
  readonly openMax?: number;
  /**
   * `FULL` by default: an ack waits for the disk. `NORMAL`: a power cut may lose
   * the newest messages.
   */
  readonly synchronous?: "FULL" | "NORMAL";
  /** The path that a proxy in front strips from a request, such as `/chat`. */
  readonly basePath?: string;
}

/**
 * By default `127.0.0.1`, port 8787, without a proxy. Port 0 is any free port.
 */
export interface ServeOptions {
  readonly hostname?: string;
  readonly port?: number;
  /** The header in which a proxy states the client's address; empty: no proxy. */
  readonly addressHeader?: string;
  /** Called with the server's URL. */
  onListen?(url: string): void;
  /** Another app, which has this chat's app among its routes. */
  readonly app?: RequestApp;
}

export interface Chat<T extends ChatTypes = ChatTypes> {
  /** For another Hono app. Its bindings are the context of a request. */
  readonly app: Hono<{ Bindings: RequestContext }>;
  /** Answers a request of a server without an app of its own. */
  fetch(
    request: Request,
    context: RequestContext,
  ): Response | Promise<Response>;
  /**
   * The server's own hand in a room.
   *
   * @param env is not used: the call is the same as on Cloudflare
   * @throws ServerHandError if it is no name of a room
   */
  room(env: unknown, name: string): RoomHandle<T["message"], T["user"]>;
  /**
   * The server's own hand towards a user.
   *
   * @param env is not used: the call is the same as on Cloudflare
   * @throws ServerHandError if it is no name of a user
   */
  user(env: unknown, name: string): UserHandle<T["message"]>;
  readonly isStopping: boolean;
  /**
   * Listens and answers requests with the app.
   *
   * @throws Error if it cannot listen
   */
  serve(options?: ServeOptions): void;
  /** Stores what waits, closes all connections, and closes the data folder. */
  stop(): Promise<void>;
}
