// File storage: stores each key in a file of a folder that the processes of one user share.
import { randomUUID } from "node:crypto";
import {
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
} from "node:fs/promises";
import { join } from "node:path";
import { fileLocks } from "./file-locks.ts";
import { hash, unlessMissing } from "./files.ts";
import { isObject } from "./parse-frame.ts";
import { isRunning, thisProcess } from "./process-identity.ts";
import type { ChatStorage } from "./storage.ts";

const VALUE_FILE = /\.json$/;
/** The name of a draft says which process writes it. */
const DRAFT_FILE = /\.json\.(\d+)\.(?:(\d+)\.(\w+)\.)?[\w-]+$/;

interface StoredValue {
  readonly key: string;
  readonly value: unknown;
}

/**
 * For Node, Deno and Bun. It uses hard links and `/proc` where they exist. A
 * write is complete and on the disk once it resolves.
 *
 * @param folder is created if it is missing; only its owner can read the files
 */
export function fileStorage(folder: string): ChatStorage {
  // Keys contain names in any script, too long for a file name.
  const fileOf = (key: string) => join(folder, `${hash(key)}.json`);
  /** The last write of each key: writes of a key run in order. */
  const writes = new Map<string, Promise<unknown>>();

  function enqueueWrite<T>(key: string, write: () => Promise<T>): Promise<T> {
    const before = writes.get(key) ?? Promise.resolve();
    const done = before.then(write, write);
    const forget = () => {
      if (writes.get(key) === done) writes.delete(key);
    };
    writes.set(key, done);
    done.then(forget, forget);
    return done;
  }

  /** Writes a draft, and moves it into place in one step. */
  async function replaceFile(
    stored: StoredValue,
    moveIntoPlace: (from: string, to: string) => Promise<void>,
  ): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = fileOf(stored.key);
    const { pid, start, machine } = thisProcess;
    const draft = `${file}.${pid}.${start}.${machine}.${randomUUID()}`;
    try {
      await writeToDisk(draft, JSON.stringify(stored));
      await moveIntoPlace(draft, file);
      await syncFolder(folder);
    } finally {
      await rm(draft, { force: true });
    }
  }

  /**
   * Claims under a lock: there are no hard links (Android, exFAT), or the
   * existing file is damaged.
   */
  async function claimExclusively(stored: StoredValue): Promise<unknown> {
    const file = fileOf(stored.key);
    let value = stored.value;
    await locks.runExclusive(`claim ${stored.key}`, async () => {
      const first = await readValue(file);
      if (first !== null) value = first.value;
      else {
        await moveAside(file);
        await replaceFile(stored, rename);
      }
    });
    return value;
  }

  const locks = fileLocks(folder);
  return {
    locks,
    get: async (key) => (await readValue(fileOf(key)))?.value,
    set: (key, value) =>
      enqueueWrite(key, () => replaceFile({ key, value }, rename)),
    claim: (key, value) =>
      enqueueWrite(key, async () => {
        const file = fileOf(key);
        const first = await readValue(file);
        if (first !== null) return first.value;
        // If the file exists by now, it stays.
        await replaceFile({ key, value }, link).catch(() => {});
        const stored = await readValue(file);
        return stored === null
          ? claimExclusively({ key, value })
          : stored.value;
      }),
    remove: (key) => enqueueWrite(key, () => rm(fileOf(key), { force: true })),
    list: async (prefix) => {
      const names = (await readdir(folder).catch(unlessMissing)) ?? [];
      for (const name of names) {
        const [, pid, start, machine] = DRAFT_FILE.exec(name) ?? [];
        if (pid === undefined) continue;
        const writer = {
          ...{ pid: Number(pid), machine },
          start: start === undefined ? undefined : Number(start),
        };
        if (isRunning(writer) === false)
          await rm(join(folder, name), { force: true });
      }
      const files = names.filter((name) => VALUE_FILE.test(name));
      const all = await Promise.all(
        files.map((name) => readValue(join(folder, name))),
      );
      return all
        .filter((kept) => kept !== null)
        .filter(({ key }) => key.startsWith(prefix))
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .map(({ key, value }) => [key, value]);
    },
  };
}

/** null if the file is missing or damaged. */
async function readValue(file: string): Promise<StoredValue | null> {
  const text = await readFile(file, "utf8").catch(unlessMissing);
  if (text === null) return null;
  try {
    const stored: unknown = JSON.parse(text);
    if (!isObject(stored) || typeof stored.key !== "string") return null;
    return { key: stored.key, value: stored.value };
  } catch {
    return null;
  }
}

/** Keeps a damaged file under another name, for a person to inspect. */
async function moveAside(file: string): Promise<void> {
  const aside = `${file}.damaged`;
  const moved = await rename(file, aside).then(() => true, unlessMissing);
  if (moved !== null)
    process.emitWarning(`edge-chat: a file was damaged, and is now ${aside}`);
}

async function writeToDisk(file: string, text: string): Promise<void> {
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A new file name then survives a power cut. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    await handle.sync().finally(() => handle.close());
  } catch {
    // Windows cannot sync a folder.
  }
}
