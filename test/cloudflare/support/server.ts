// Server: one Cloudflare server for the tests of a file, with access to its storage and its log.
import { afterAll, beforeAll } from "vitest";
import { nameKey } from "../../../src/protocol/name-key.ts";
import {
  type Assets,
  startCloudflare,
  type Vars,
} from "../../hosts/cloudflare.ts";

type Running = Awaited<ReturnType<typeof startCloudflare>>;
type Sql = string | number;
type Row = Readonly<Record<string, unknown>>;

const TABLES =
  "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";

/** One line of JSON in the log. */
export type LogLine = Readonly<Record<string, unknown>>;

export interface Server {
  readonly url: string;
  /** Rows of a room's database. */
  room(name: string, query: string, ...values: Sql[]): Promise<Row[]>;
  /** Rows of the database of a user name. */
  directory(username: string, query: string, ...values: Sql[]): Promise<Row[]>;
  /**
   * Drops the object's memory as ten idle seconds do. Its sockets stay open.
   */
  sleep(room: string): Promise<void>;
  sleepDirectory(username: string): Promise<void>;
  /** All objects, awake or stored. */
  ids(): Promise<string[]>;
  /** The names of our tables in the object of a room or of a user name. */
  tables(kind: "room" | "directory", name: string): Promise<string[]>;
  /** The lines of the log. */
  logs(): LogLine[];
}

/** Starts before the first test and stops after the last one. */
export function serve(
  vars: Vars = {},
  entry?: string,
  assets?: Assets,
): Server {
  let running: Running | undefined;
  beforeAll(async () => {
    running = await startCloudflare(vars, entry, assets);
    process.env.EDGE_CHAT_URL = running.url;
  });
  afterAll(() => running?.harness.close());

  const rows = async (
    kind: string,
    name: string,
    query: string,
    values: Sql[],
  ) => {
    const { worker } = started(running);
    const storage = await worker.getDurableObjectStorage(kind, { name });
    try {
      return await storage.exec(query, ...values);
    } catch (error) {
      // A missing table has no rows.
      if (/no such table/.test(String(error))) return [];
      throw error;
    }
  };
  const evict = (kind: string, name: string) =>
    started(running).worker.evictDurableObject(kind, {
      name,
      webSockets: "hibernate",
    });
  return {
    get url() {
      return started(running).url;
    },
    room: (name, query, ...values) => rows("RoomObject", name, query, values),
    directory: (username, query, ...values) =>
      rows("DirectoryObject", nameKey(username), query, values),
    sleep: (room) => evict("RoomObject", room),
    sleepDirectory: (username) => evict("DirectoryObject", nameKey(username)),
    ids: async () => {
      const { worker } = started(running);
      const kinds = ["RoomObject", "DirectoryObject"];
      const ids = kinds.map((kind) => worker.listDurableObjectIds(kind));
      return (await Promise.all(ids)).flat().sort();
    },
    tables: async (kind, name) => {
      const tables = await (kind === "room"
        ? rows("RoomObject", name, TABLES, [])
        : rows("DirectoryObject", nameKey(name), TABLES, []));
      // The local runtime has a table of its own for the object's name.
      return tables
        .map((table) => String(table.name))
        .filter((table) => !table.startsWith("_"));
    },
    logs: () =>
      started(running)
        .harness.getLogs()
        .map(({ message }) => readLine(message)),
  };
}

function started<T>(started: T | undefined): T {
  if (started === undefined) throw new Error("The server is not up yet.");
  return started;
}

function readLine(message: string): LogLine {
  if (!message.startsWith("{")) return { message };
  return { ...JSON.parse(message) };
}

/**
 * Asks again until the value is right. Nothing else shows the effect of an
 * alarm.
 */
export async function eventually<T>(
  ask: () => Promise<T>,
  isSo: (value: T) => boolean,
  patienceMs = 15_000,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const value = await ask();
    if (isSo(value) || Date.now() > deadline) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
