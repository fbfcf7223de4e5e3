// Create chat: createChat returns the classes of the objects and the HTTP app of one chat on Cloudflare, made from its arguments.

import { createApp } from "../app.ts";
import { checkHooks } from "../hooks/check-hooks.ts";
import { createConnectCheck } from "../hooks/connect-check.ts";
import { createHookRunner } from "../hooks/hook-runner.ts";
import type { ChatTypes } from "../hooks/hooks.ts";
import { createPrivateCheck } from "../hooks/private-check.ts";
import { readSchemas } from "../hooks/schemas.ts";
import { withWebhookCommands } from "../hooks/webhook-commands.ts";
import {
  createRoomHandle,
  createUserHandle,
  type ServerHandOptions,
} from "../hosting/create-server-hand.ts";
import { log } from "../hosting/log.ts";
import { createServices } from "../hosting/services.ts";
import { Access } from "../http/access.ts";
import {
  type ChatConfig,
  checkArguments,
  readChatConfig,
} from "../http/chat-config.ts";
import { ServerKeys } from "../http/server-keys.ts";
import { SetupError } from "../http/setup-error.ts";
import { storedKeysOf } from "../http/stored-keys.ts";
import type { ConnectionSettings } from "../socketio/contract.ts";
import { createBackend } from "./backend.ts";
import { checkBindings } from "./bindings.ts";
import type { Chat, ChatOptions, ObjectClass } from "./chat.ts";
import { askObject, hash } from "./core-object.ts";
import { DirectoryObject as DirectoryBase } from "./directory-object.ts";
import type { Env } from "./env.ts";
import { createObjectMetrics, type ObjectMetrics } from "./object-metrics.ts";
import { random } from "./random-pool.ts";
import { RoomObject as RoomBase } from "./room-object.ts";
import { ServiceObject } from "./service-object.ts";
import { readSocketIoSettings } from "./socketio.ts";

/** A chat with the types of its objects. */
export interface ChatWithParts<E, T extends ChatTypes> extends Chat<E, T> {
  readonly RoomObject: ObjectClass<E, RoomBase>;
  readonly DirectoryObject: ObjectClass<E, DirectoryBase>;
  readonly ServiceObject: ObjectClass<E, ServiceObject>;
}

/** The parts of a chat that depend on the environment. */
interface Site {
  readonly config: ChatConfig;
  readonly access: Access;
  readonly socketIo: ConnectionSettings;
  /** Counts what the Worker does; null: nobody reads it. */
  readonly metrics: ObjectMetrics | null;
}

/**
 * Creates a chat. It reads nothing but its arguments, and the environment of
 * each object and request.
 *
 * @throws SettingsError with the name of each wrong argument
 * @throws SetupError if the environment is given and lacks a binding
 */
export function createChat<E = Env, T extends ChatTypes = ChatTypes>(
  options: ChatOptions<E, T> = {},
): ChatWithParts<E, T> {
  const { env: envAtStart, basePath = "" } = options;
  checkHooks(options);
  const schemas = readSchemas(options);
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
    const socketIo = readSocketIoSettings(config.settings);
    const { settings } = config;
    // These are the bindings of the Worker, whose type only the app knows.
    const bindings = vars as E;
    const owner = { kind: "worker", id: "worker" } as const;
    const metrics = createObjectMetrics({ ...vars }, settings, owner);
    const counters = metrics?.counters;
    const keys = new ServerKeys(
      settings.API_KEYS,
      storedKeysOf((to, ops) => askObject(vars as Env, to, ops)),
    );
    const access = new Access(
      { ...config, schemas, keys },
      createConnectCheck(options, bindings, settings, counters),
      createPrivateCheck(
        createHookRunner(options, bindings, settings, log, counters),
      ),
    );
    return { config: { ...config, schemas }, access, socketIo, metrics };
  };
  // The environment is not known yet, so these are read alone.
  if (envAtStart === undefined)
    checkArguments(options.settings ?? {}, options.onConnect !== undefined);
  const siteAtStart = envAtStart === undefined ? null : readSite(envAtStart);
  const sites = memoise(readSite);
  const siteOf = (env: object) => siteAtStart ?? sites(env);
  const handOf = (env: object): ServerHandOptions => ({
    settings: siteOf(env).config.settings,
    platform: { hash, random },
    ask: (to, ops) => askObject(env as unknown as Env, to, ops),
    now: () => Date.now(),
  });
  const app = createApp<{ Bindings: E & object }>({
    // The bindings are those of `Env`, whatever else the Worker has.
    backend: (env) =>
      createBackend(env as unknown as Env, siteOf(env).socketIo),
    access: (env) => siteOf(env).access,
    countResponse: (env, status) => countResponse(siteOf, env, status),
    basePath,
  });
  return {
    RoomObject: class extends RoomBase {
      constructor(ctx: DurableObjectState, env: E) {
        const bindings = env as unknown as Env;
        const { config } = siteOf(bindings);
        const { settings } = config;
        const hooks = withWebhookCommands(options, settings);
        const metrics = createObjectMetrics(bindings, settings, {
          ...{ kind: "room", id: shortId(ctx) },
          label: { room: ctx.id.name ?? shortId(ctx) },
        });
        const counters = metrics?.counters;
        const app = createHookRunner(hooks, env, settings, log, counters);
        const asksOnConnect = options.onConnect !== undefined;
        const services = createServices({
          ...{ ...config, app },
          ...(counters && { counters }),
        });
        super(ctx, bindings, {
          ...{ ...config, app, services, asksOnConnect, metrics },
        });
      }
    },
    DirectoryObject: class extends DirectoryBase {
      constructor(ctx: DurableObjectState, env: E) {
        const bindings = env as unknown as Env;
        const { config } = siteOf(bindings);
        const id = shortId(ctx);
        const metrics = createObjectMetrics(bindings, config.settings, {
          ...{ kind: "directory", id, label: { directory: id } },
        });
        const services = createServices({
          ...config,
          ...(metrics && { counters: metrics.counters }),
        });
        super(ctx, bindings, {
          ...{ ...config, app: null, services, asksOnConnect: false, metrics },
        });
      }
    },
    ServiceObject: class extends ServiceObject {
      constructor(ctx: DurableObjectState, env: E) {
        const bindings = env as unknown as Env;
        const { config, socketIo } = siteOf(bindings);
        const services = createServices(config);
        super(
          ctx,
          bindings,
          {
            ...{ ...config, app: null, services },
            ...{ asksOnConnect: false, metrics: null },
          },
          socketIo,
        );
      }
    },
    app,
    room: (env, name) => createRoomHandle(handOf(env), name),
    user: (env, name) => createUserHandle(handOf(env), name),
    fetch: (request, env, ctx) => app.fetch(request, env, ctx),
  };
}

function countResponse(
  siteOf: (env: object) => Site,
  env: object,
  status: number,
): void {
  try {
    const { metrics } = siteOf(env);
    metrics?.counters.countResponse(status);
    metrics?.endEvent(Date.now(), () => NO_GAUGES, 0);
  } catch {
    // The settings are wrong, as the log and the response say.
  }
}

/** A Worker has no members, and its sockets are those of rooms. */
const NO_GAUGES = { connections: 0, members: 0 };

/** The first characters of the id are enough to tell objects apart. */
function shortId({ id }: DurableObjectState): string {
  return id.toString().slice(0, 12);
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
