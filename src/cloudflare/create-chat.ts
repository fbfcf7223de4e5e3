// Create chat: createChat returns the classes of the objects and the HTTP app of one chat on Cloudflare, made from its arguments.
import { createApp } from "../app.ts";
import type { ChatTypes, GivenSettings, Hooks } from "../hooks/hooks.ts";
import { log } from "../hosting/log.ts";
import { Access } from "../http/access.ts";
import {
  type ChatConfig,
  checkArguments,
  readChatConfig,
} from "../http/chat-config.ts";
import { SetupError } from "../http/setup-error.ts";
import { createBackend } from "./backend.ts";
import { checkBindings } from "./bindings.ts";
import { DirectoryObject as DirectoryBase } from "./directory-object.ts";
import type { Env } from "./env.ts";
import { RoomObject as RoomBase } from "./room-object.ts";
import { ServiceObject } from "./service-object.ts";

export type * from "../hooks/hooks.ts";
export * from "../hooks/verdict.ts";

/** @template E the environment of the Worker, which the hooks get */
export interface ChatOptions<E = Env, T extends ChatTypes = ChatTypes>
  extends Hooks<E, T> {
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
type ObjectClass<T, E> = new (ctx: DurableObjectState, env: E) => T;

export interface Chat<E = Env> {
  /** The Worker exports the classes by these names: wrangler.toml has them. */
  readonly RoomObject: ObjectClass<RoomBase, E>;
  readonly DirectoryObject: ObjectClass<DirectoryBase, E>;
  readonly ServiceObject: ObjectClass<ServiceObject, E>;
  /** For another Hono app, which mounts it at any path. */
  readonly app: ReturnType<typeof createApp<{ Bindings: E & object }>>;
  /** Answers a request of a Worker without an app of its own. */
  fetch(
    request: Request,
    env: E & object,
    ctx: ExecutionContext,
  ): Response | Promise<Response>;
}

/** The parts of a chat that depend on the environment. */
interface Site {
  readonly config: ChatConfig;
  readonly access: Access;
}

/**
 * Creates a chat. It reads nothing but its arguments, and the environment of
 * each object and request.
 *
 * @throws SettingsError with the name of each wrong setting in the arguments
 * @throws SetupError if the environment is given and lacks a binding
 */
export function createChat<E = Env, T extends ChatTypes = ChatTypes>(
  options: ChatOptions<E, T> = {},
): Chat<E> {
  const { env: envAtStart, basePath = "" } = options;
  const warned = new Set<string>();
  // The Worker and its objects have an environment each.
  const warnOnce = (message: string) => {
    if (!warned.has(message)) log({ event: "warning", message });
    warned.add(message);
  };
  const readSite = (vars: object): Site => {
    const given = { ...vars, ...options.settings };
    const config = readChatConfig(given, options.onConnect !== undefined);
    for (const message of [...config.warnings, ...checkBindings({ ...vars })])
      warnOnce(message);
    return { config, access: new Access(config) };
  };
  // The environment is not known yet, so these are read alone.
  if (envAtStart === undefined)
    checkArguments(options.settings ?? {}, options.onConnect !== undefined);
  const siteAtStart = envAtStart === undefined ? null : readSite(envAtStart);
  const sites = memoise(readSite);
  const siteOf = (env: object) => siteAtStart ?? sites(env);
  const app = createApp<{ Bindings: E & object }>({
    // The bindings are those of `Env`, whatever else the Worker has.
    backend: (env) => createBackend(env as unknown as Env),
    access: (env) => siteOf(env).access,
    basePath,
  });
  return {
    RoomObject: class extends RoomBase {
      constructor(ctx: DurableObjectState, env: E) {
        const bindings = env as unknown as Env;
        super(ctx, bindings, siteOf(bindings).config);
      }
    },
    DirectoryObject: class extends DirectoryBase {
      constructor(ctx: DurableObjectState, env: E) {
        const bindings = env as unknown as Env;
        super(ctx, bindings, siteOf(bindings).config);
      }
    },
    ServiceObject: class extends ServiceObject {
      constructor(ctx: DurableObjectState, env: E) {
        super(ctx, env as unknown as Env);
      }
    },
    app,
    fetch: (request, env, ctx) => app.fetch(request, env, ctx),
  };
}

/** Reads each environment once. A wrong one is logged, and fails again. */
function memoise(read: (env: object) => Site): (env: object) => Site {
  const known = new WeakMap<object, Site | Error>();
  return (env) => {
    let site = known.get(env);
    if (site === undefined) {
      site = readOrFail(read, env);
      known.set(env, site);
    }
    if (site instanceof Error) throw site;
    return site;
  };
}

function readOrFail(read: (env: object) => Site, env: object): Site | Error {
  try {
    return read(env);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Its message names settings or bindings, and never a secret.
    const event =
      error instanceof SetupError ? "wrong setup" : "wrong settings";
    log({ event, message: error.message });
    return error;
  }
}
