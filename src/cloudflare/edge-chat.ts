// Edge chat: createEdgeChat returns the classes of the objects and the HTTP app of one chat, made from its arguments.
import { createApp } from "../app.ts";
import { log } from "../hosting/log.ts";
import { Access } from "../http/access.ts";
import { readChatConfig } from "../http/chat-config.ts";
import type { SettingName } from "../protocol/settings.ts";
import { createBackend } from "./backend.ts";
import { DirectoryObject as DirectoryBase } from "./directory-object.ts";
import type { Env } from "./env.ts";
import { RoomObject as RoomBase } from "./room-object.ts";

export interface EdgeChatOptions {
  /** The variables and secrets of the Worker, by their names. */
  readonly vars: Readonly<Record<string, unknown>>;
  /** Settings that go before those in `vars`. */
  readonly settings?: { readonly [Name in SettingName]?: unknown };
  /** The path that a proxy in front strips from a request, such as `/chat`. */
  readonly basePath?: string;
}

/** The runtime creates the objects. */
type ObjectClass<T> = new (ctx: DurableObjectState, env: Env) => T;

export interface EdgeChat {
  /** The Worker exports both classes by these names: wrangler.toml has them. */
  readonly RoomObject: ObjectClass<RoomBase>;
  readonly DirectoryObject: ObjectClass<DirectoryBase>;
  readonly app: ReturnType<typeof createApp<{ Bindings: Env }>>;
}

/**
 * Creates a chat. It reads nothing but its arguments.
 *
 * @throws SettingsError with the name of each wrong setting
 */
export function createEdgeChat(options: EdgeChatOptions): EdgeChat {
  const { vars, settings, basePath = "" } = options;
  const config = readChatConfig({ ...vars, ...settings });
  for (const message of config.warnings) log({ event: "warning", message });
  return {
    RoomObject: class extends RoomBase {
      constructor(ctx: DurableObjectState, env: Env) {
        super(ctx, env, config);
      }
    },
    DirectoryObject: class extends DirectoryBase {
      constructor(ctx: DurableObjectState, env: Env) {
        super(ctx, env, config);
      }
    },
    app: createApp<{ Bindings: Env }>({
      backend: createBackend,
      access: new Access(config),
      basePath,
    }),
  };
}
