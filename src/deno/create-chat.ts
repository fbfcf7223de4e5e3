// Create chat: createChat opens the data folder and returns the HTTP app and the server of one chat, made from its arguments.
import { join } from "node:path";
import { createApp } from "../app.ts";
import { checkHooks } from "../hooks/check-hooks.ts";
import { createConnectCheck } from "../hooks/connect-check.ts";
import { createHookRunner, type HookRunner } from "../hooks/hook-runner.ts";
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
import { HostCounters } from "../hosting/metrics/host-counters.ts";
import { Access } from "../http/access.ts";
import { type ChatConfig, readChatConfig } from "../http/chat-config.ts";
import { ServerKeys } from "../http/server-keys.ts";
import { storedKeysOf } from "../http/stored-keys.ts";
import type { Chat, ChatOptions, RequestContext } from "./chat.ts";
import { hash, random } from "./cryptography.ts";
import { DataFolder, DataFolderError } from "./data-folder.ts";
import { Database, DatabaseError } from "./database.ts";
import { Host } from "./host.ts";
import { restoreBackup } from "./restore.ts";
import { type ChatServer, createBackend, serve } from "./server.ts";
import { SocketIoServer } from "./socketio.ts";
import { StaticFiles } from "./static-files.ts";
import { problemOf } from "./storage-health.ts";

/** How long open requests may take when the chat stops. */
const SHUTDOWN_TIMEOUT_MS = 1000;
const PAGE_FOLDER = join(import.meta.dirname ?? "", "../../dist/page");

/** Tells the operator why a chat cannot start. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/**
 * Creates a chat. It reads nothing but its arguments.
 *
 * @throws SettingsError with the name of each wrong setting
 * @throws StartError if the page or the data folder cannot be opened
 */
export function createChat<
  E extends object = object,
  T extends ChatTypes = ChatTypes,
>(options: ChatOptions<E, T>): Chat<T> {
  checkHooks(options);
  const given = { ...options.env, ...options.settings };
  const config = {
    ...readChatConfig(given, options.onConnect !== undefined),
    schemas: readSchemas(options),
  };
  for (const message of config.warnings) log({ event: "warning", message });
  const staticFiles = openPage();
  const env = options.env ?? ({} as E);
  const { settings } = config;
  const hooks = withWebhookCommands(options, settings);
  const counters = new HostCounters();
  const runner = createHookRunner(hooks, env, settings, log, counters);
  const { folder, database, host } = openStorage(
    options,
    config,
    runner,
    counters,
  );
  const socketIo = new SocketIoServer(host, config.settings);
  const keys = new ServerKeys(
    config.settings.API_KEYS,
    storedKeysOf((to, ops) => host.ask(to, ops)),
  );
  const access = new Access(
    { ...config, keys },
    createConnectCheck(options, env, config.settings, counters),
    createPrivateCheck(runner),
  );
  const app = createApp<{ Bindings: RequestContext }>({
    backend: (context) => createBackend(host, socketIo, staticFiles, context),
    access: () => access,
    countResponse: (_, status) => counters.countResponse(status),
    basePath: options.basePath ?? "",
  });
  const hand: ServerHandOptions = {
    settings: config.settings,
    platform: { hash, random },
    ask: (to, ops) => host.ask(to, ops),
    now: () => Date.now(),
  };
  let server: ChatServer | null = null;
  return {
    app,
    room: (_, name) => createRoomHandle(hand, name),
    user: (_, name) => createUserHandle(hand, name),
    fetch: (request, context) => app.fetch(request, context),
    get isStopping() {
      return host.isStopping;
    },
    serve(listening = {}) {
      const { hostname = "127.0.0.1", port = 8787 } = listening;
      const onListen = () => undefined;
      try {
        server = serve({
          ...{ app, addressHeader: "", onListen },
          ...listening,
          ...{ hostname, port, host },
        });
      } catch (error) {
        throw new StartError(
          `Cannot listen on ${hostname}, port ${port}: ${messageOf(error)}`,
        );
      }
    },
    async stop() {
      await host.stop();
      socketIo.stop();
      // Not before `host.stop()`: it would close the sockets without our close
      // code.
      await Promise.race([server?.stop(), pause(SHUTDOWN_TIMEOUT_MS)]);
      database.close();
      folder.close();
    },
  };
}

function openPage(): StaticFiles {
  try {
    return new StaticFiles(PAGE_FOLDER);
  } catch (error) {
    const advice = "`deno task page` or `npm run page` builds it";
    throw new StartError(
      `The page cannot be read; ${advice}: ${messageOf(error)}`,
    );
  }
}

/** The part of the options that is about storage. */
type StorageOptions = Pick<ChatOptions, "data" | "openMax" | "synchronous">;

function openFolder({ data }: StorageOptions): DataFolder {
  try {
    return new DataFolder(data);
  } catch (error) {
    if (error instanceof DataFolderError) throw new StartError(error.message);
    throw error;
  }
}

function openStorage(
  options: StorageOptions,
  { settings, appTokens, schemas }: ChatConfig,
  app: HookRunner | null,
  counters: HostCounters,
) {
  const { data, synchronous = "FULL", openMax = 1000 } = options;
  const folder = openFolder(options);
  let database: Database | undefined;
  try {
    database = new Database(folder.database, synchronous);
    database.verify();
    restoreBackup(database, data, Date.now());
    clean(database);
    const isPresent = () => folder.isPresent;
    const use = {
      ...{ database, settings, openMax, appTokens, schemas, app, isPresent },
      counters,
    };
    // The constructor reads stored data.
    return { folder, database, host: new Host(use) };
  } catch (error) {
    // Before the folder: its lock covers the open database.
    database?.close();
    folder.close();
    throw new StartError(explainDatabase(data, error));
  }
}

/** A server without space for it starts all the same. */
function clean(database: Database): void {
  try {
    database.clean();
  } catch (error) {
    log({ event: "cleaning failed", error: messageOf(error) });
  }
}

function explainDatabase(data: string, error: unknown): string {
  const why = `The database in ${data} cannot be opened: ${messageOf(error)}`;
  const isDamaged =
    error instanceof DatabaseError || problemOf(error) === "damaged";
  if (!isDamaged) return why;
  return `${why}. It is damaged. Restore a backup of the folder, or the data that \`sqlite3 ${data}/edge-chat.sqlite .recover\` can still read.`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
