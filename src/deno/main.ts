// Main: the entry on Deno, which starts one process that serves the app, the WebSockets and the page.
import { join } from "node:path";
import { createApp } from "../app.ts";
import { log, stackOf } from "../hosting/log.ts";
import { DataFolder, DataFolderError } from "./data-folder.ts";
import { Database, DatabaseError } from "./database.ts";
import { Host, type HostOptions } from "./host.ts";
import { ENVIRONMENT, HELP, type Options, readOptions } from "./options.ts";
import {
  type ChatServer,
  createBackend,
  type RequestContext,
  serve,
} from "./server.ts";
import { StaticFiles } from "./static-files.ts";
import { problemOf } from "./storage-health.ts";

/** How long open requests may take when the process stops. */
const SHUTDOWN_TIMEOUT_MS = 1000;

start();

function start(): void {
  const env = Object.fromEntries(
    ENVIRONMENT.map((name) => [name, Deno.env.get(name)]),
  );
  const read = readOptions(Deno.args, env);
  switch (read.kind) {
    case "help":
      console.log(HELP);
      break;
    case "wrong":
      quit(read.message);
      break;
    case "options":
      run(read.options);
      break;
    default:
      read satisfies never;
  }
}

function run(options: Options): void {
  const { settings, openMax, adminSecret, appTokens } = options;
  const { hostname, port, addressHeader } = options;
  for (const message of options.warnings) log({ event: "warning", message });
  const folder = openFolder(options);
  const database = openDatabase(options, folder);
  const isPresent = () => folder.isPresent;
  const host = openHost(options, {
    database,
    settings,
    openMax,
    appTokens,
    isPresent,
  });
  const staticFiles = openPage();
  const app = createApp<{ Bindings: RequestContext }>(
    (context) => createBackend(host, staticFiles, context),
    { adminSecret, settings, appTokens },
  );
  const onListen = (url: string) =>
    console.log(`listening ${JSON.stringify({ url })}`);
  try {
    const server = serve({
      hostname,
      port,
      host,
      staticFiles,
      app,
      addressHeader,
      onListen,
    });
    stopOnSignal(host, database, server);
  } catch (error) {
    quit(`Cannot listen on ${hostname}, port ${port}: ${messageOf(error)}`);
  }
}

function openPage(): StaticFiles {
  try {
    return new StaticFiles(join(import.meta.dirname ?? "", "../../dist/page"));
  } catch (error) {
    const advice = "`deno task page` or `npm run page` builds it";
    quit(`The page cannot be read; ${advice}: ${messageOf(error)}`);
  }
}

function openFolder({ data }: Options): DataFolder {
  try {
    return new DataFolder(data);
  } catch (error) {
    if (error instanceof DataFolderError) quit(error.message);
    throw error;
  }
}

function openDatabase(
  { data, synchronous }: Options,
  { database }: DataFolder,
): Database {
  try {
    const opened = new Database(database, synchronous);
    opened.verify();
    return opened;
  } catch (error) {
    quit(explainDatabase(data, error));
  }
}

/** The constructor reads stored data. */
function openHost({ data }: Options, options: HostOptions): Host {
  try {
    return new Host(options);
  } catch (error) {
    quit(explainDatabase(data, error));
  }
}

function explainDatabase(data: string, error: unknown): string {
  const why = `The database in ${data} cannot be opened: ${messageOf(error)}`;
  const isDamaged =
    error instanceof DatabaseError || problemOf(error) === "damaged";
  if (!isDamaged) return why;
  return `${why}. It is damaged. Restore a backup of the folder, or the data that \`sqlite3 ${data}/edge-chat.sqlite .recover\` can still read.`;
}

/** The first signal stops in order, the second one at once. */
function stopOnSignal(
  host: Host,
  database: Database,
  server: ChatServer,
): void {
  const stop = async () => {
    if (host.isStopping) Deno.exit(1);
    await host.stop();
    // Not before `host.stop()`: it would close the sockets without our close
    // code.
    await Promise.race([server.stop(), pause(SHUTDOWN_TIMEOUT_MS)]);
    database.close();
    Deno.exit(0);
  };
  const onSignal = () => {
    stop().catch((error) => {
      log({ event: "stop failed", error: stackOf(error) });
      Deno.exit(1);
    });
  };
  Deno.addSignalListener("SIGTERM", onSignal);
  Deno.addSignalListener("SIGINT", onSignal);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function quit(message: string): never {
  console.error(message);
  Deno.exit(1);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
