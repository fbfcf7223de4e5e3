// Server backup: copies all rooms, lasting names and keys of a server into a folder, and from there to another server, by requests below /admin.
import { setTimeout as pause } from "node:timers/promises";
import { counted } from "./admin-answer.ts";
import { AdminClient, AdminError } from "./admin-client.ts";
import { BackupFolder, FolderError, fileNameOf } from "./backup-folder.ts";
import { withRoomEpochs } from "./room-epochs.ts";
import { safeText } from "./safe-text.ts";

export interface BackupTask {
  readonly verb: "backup" | "restore";
  readonly folder: string;
  readonly url: string;
  readonly secret: string;
}

/** Rooms or names that are copied at once. */
const AT_ONCE = 4;
const PAGE = 100;
/** An export that a busy room has cut is made again so often. */
const ATTEMPTS = 3;
/** Two restores of one backup move its claims by different times, ms. */
const RANDOM_MS = 60_000;
const NDJSON = "application/x-ndjson";

/** What was done, and what has failed. */
class Report {
  readonly counts = { rooms: 0, names: 0 };
  readonly failures: string[] = [];

  /**
   * Goes on with the others where one fails, unless nobody answers any more, or
   * nothing can be written.
   */
  async note(
    kind: "rooms" | "names",
    name: string,
    work: () => Promise<boolean>,
  ): Promise<void> {
    try {
      if (await work()) this.counts[kind]++;
    } catch (error) {
      if (error instanceof AdminError && error.status === 0) throw error;
      if (error instanceof FolderError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      this.failures.push(`${kind.slice(0, -1)} ${safeText(name)}: ${why}`);
    }
  }

  get lines(): string[] {
    const { rooms, names } = this.counts;
    return [
      `${counted(rooms, "room")}, ${counted(names, "name")}`,
      ...this.failures,
      ...(this.failures.length > 0
        ? [
            `${this.failures.length} failed. Mend the reason, and run the command again.`,
          ]
        : []),
    ];
  }
}

/** @returns the lines to print */
export async function runBackupTask(
  { verb, folder, url, secret }: BackupTask,
  now: () => number,
): Promise<{ ok: boolean; lines: string[] }> {
  const [client, files] = [
    new AdminClient(url, secret),
    new BackupFolder(folder),
  ];
  try {
    const report = await (verb === "backup"
      ? backUp(client, files, now)
      : restore(client, files, url, now));
    return { ok: report.failures.length === 0, lines: report.lines };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, lines: [why] };
  }
}

async function backUp(
  client: AdminClient,
  files: BackupFolder,
  now: () => number,
): Promise<Report> {
  const server = files.readServer();
  if (server !== null && server.made !== null)
    throw new Error("The folder has a backup already: choose another one.");
  const report = new Report();
  const keys = await client.get("keys/state");
  if (server === null) files.writeServer(null);
  files.writeJson("keys.json", keys);
  await eachOf(client, "rooms", ({ room }) =>
    report.note("rooms", room, () => saveRoom(client, files, room)),
  );
  await eachOf(client, "names", ({ name }) =>
    report.note("names", name, () => saveName(client, files, name)),
  );
  if (report.failures.length === 0) files.writeServer(now());
  return report;
}

/** @returns false if the room is gone since */
async function saveRoom(
  client: AdminClient,
  files: BackupFolder,
  room: string,
): Promise<boolean> {
  const file = `rooms/${fileNameOf(room)}`;
  if (files.has(`${file}.json`)) return true;
  const path = `rooms/${encodeURIComponent(room)}`;
  for (let attempt = 1; ; attempt++)
    try {
      const log = await client.stream(`${path}/export`);
      await files.writeStream(`${file}.ndjson`, log);
      // After the log: what is erased meanwhile is in the list of erasures.
      const state = await client.get(`${path}/state`);
      const header = files.readHeader(`${file}.ndjson`);
      const isSameLog = JSON.parse(header).epoch === state.epoch;
      if (!isSameLog) throw new Error("The room was imported meanwhile.");
      files.writeJson(`${file}.json`, state);
      return true;
    } catch (error) {
      if (error instanceof AdminError && error.status === 404) return false;
      if (attempt === ATTEMPTS || error instanceof FolderError) throw error;
      await pause(1000 * attempt);
    }
}

/** @returns false if nobody has the name any more */
async function saveName(
  client: AdminClient,
  files: BackupFolder,
  name: string,
): Promise<boolean> {
  const file = `names/${fileNameOf(name)}.json`;
  if (files.has(file)) return true;
  try {
    const path = `names/${encodeURIComponent(name)}/state`;
    files.writeJson(file, await client.get(path));
    return true;
  } catch (error) {
    if (error instanceof AdminError && error.status === 404) return false;
    throw error;
  }
}

async function restore(
  client: AdminClient,
  files: BackupFolder,
  url: string,
  now: () => number,
): Promise<Report> {
  const server = files.readServer();
  if (server === null) throw new Error("The folder has no backup.");
  if (server.made === null)
    throw new Error("The backup is not complete: run `backup` again.");
  const movedBy = moveOf(files, url, server.made, now());
  const report = new Report();
  const epochs = new Map<string, string>();
  await client.put("keys/state", files.readJson("keys.json") ?? {});
  await pool(files.list("rooms", ".json"), (file) =>
    report.note("rooms", file, () => loadRoom(client, files, file, epochs)),
  );
  await pool(files.list("names", ".json"), (file) =>
    report.note("names", file, async () => {
      const { name, tables } = files.readJson(file) ?? {};
      const path = `names/${encodeURIComponent(String(name))}/state`;
      const state = { tables: withRoomEpochs(tables, epochs), movedBy };
      await named(String(name), client.put(path, state));
      return true;
    }),
  );
  return report;
}

/** A repeat moves the claims by the same time, and so changes nothing. */
function moveOf(
  files: BackupFolder,
  url: string,
  made: number,
  now: number,
): number {
  const file = `restores/${fileNameOf(url.replace(/\/+$/, ""))}.json`;
  const known = files.readJson(file)?.movedBy;
  if (typeof known === "number") return known;
  const random = 1 + Math.floor(Math.random() * RANDOM_MS);
  const movedBy = Math.max(0, now - made) + random;
  files.writeJson(file, { url, movedBy });
  return movedBy;
}

async function loadRoom(
  client: AdminClient,
  files: BackupFolder,
  file: string,
  epochs: Map<string, string>,
): Promise<boolean> {
  const { room, epoch, tables } = files.readJson(file) ?? {};
  const path = `rooms/${encodeURIComponent(String(room))}`;
  return named(String(room), async () => {
    const there = await stateOf(client, path);
    if (there.seq > 0) {
      // It was restored before, also if people have talked on since.
      if (there.parent === epoch) {
        epochs.set(`${room} ${epoch}`, String(there.epoch));
        return true;
      }
      throw new Error("The room has a log of its own on this server.");
    }
    const log = file.replace(/\.json$/, ".ndjson");
    // Rules and bans first: nobody reads the log who may not.
    await client.put(`${path}/state`, { tables });
    const header = files.readHeader(log);
    const body = await files.openBlob(log);
    const isHeaderAlone = body.size <= Buffer.byteLength(header) + 1;
    if (JSON.parse(header).seq === 0 && isHeaderAlone) return true;
    const imported = await client.post(`${path}/import`, NDJSON, body);
    epochs.set(`${room} ${epoch}`, String(imported.epoch));
    return true;
  });
}

async function stateOf(
  client: AdminClient,
  path: string,
): Promise<{ epoch: unknown; parent: unknown; seq: number }> {
  try {
    const { epoch, parent, seq } = await client.get(`${path}/state`);
    return { epoch, parent, seq: Number(seq) };
  } catch (error) {
    if (error instanceof AdminError && error.status === 404)
      return { epoch: null, parent: null, seq: 0 };
    throw error;
  }
}

/** The name of a file tells people nothing. */
async function named<T>(
  name: string,
  work: Promise<T> | (() => Promise<T>),
): Promise<T> {
  try {
    return await (typeof work === "function" ? work() : work);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const status = error instanceof AdminError ? error.status : -1;
    throw new AdminError(
      status,
      status === 0 ? why : `${safeText(name)}: ${why}`,
    );
  }
}

/** Calls `work` for each room, or each name, by pages. */
async function eachOf(
  client: AdminClient,
  kind: "rooms" | "names",
  work: (entry: { room: string; name: string }) => Promise<void>,
): Promise<void> {
  let after = "";
  for (;;) {
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (after !== "") query.set("after", after);
    const page = await client.get(`${kind}?${query}`);
    const entries = page[kind];
    await pool(Array.isArray(entries) ? entries : [], work);
    if (typeof page.next !== "string") return;
    after = page.next;
  }
}

async function pool<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const errors: unknown[] = [];
  const worker = async () => {
    for (const item of left) {
      if (errors.length > 0) return;
      await work(item).catch((error) => void errors.push(error));
    }
  };
  // Nothing goes on in the background after a failure.
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (errors.length > 0) throw errors[0];
}
