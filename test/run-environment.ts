// Run environment: the local runtimes of a test run keep their files in memory where there is room, and record no calls.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** Linux has a file system in memory here. */
const MEMORY = "/dev/shm";
const PREFIX = "edge-chat-tests-";
/** More than a whole run needs at a time, bytes. */
const FREE_MIN = 1e9;
const DAY_MS = 86_400_000;
const onDisk = process.env.TMPDIR;
const COMPILED = new URL("../node_modules/.cache/compiled", import.meta.url);

/**
 * Sets the environment of all processes that this one starts from now on.
 *
 * Each room and each name is a file in the local runtime of Cloudflare, and each
 * acknowledged write waits for the disk. Deno gives no process a folder below
 * `/dev`, so its servers stay on the disk.
 */
export function prepareRun(): void {
  const { env } = process;
  // Otherwise each call of an object is also told to a Worker of the local
  // runtime, which stores it. No deployed server has one.
  env.X_LOCAL_OBSERVABILITY ??= "false";
  env.X_LOCAL_EXPLORER ??= "false";
  // Processes that run the same code compile it once.
  env.NODE_COMPILE_CACHE ??= fileURLToPath(COMPILED);
  const folder = memoryFolder();
  if (folder !== null) env.MEMORY_FOLDER ??= folder;
}

/**
 * Runs the start of a local runtime, which makes its folder in that for temporary
 * files: here it is the one in memory.
 */
export async function withMemoryFolder<Result>(
  start: () => Promise<Result>,
): Promise<Result> {
  const { env } = process;
  if (env.MEMORY_FOLDER === undefined) return start();
  env.TMPDIR = env.MEMORY_FOLDER;
  try {
    return await start();
  } finally {
    if (onDisk === undefined) delete env.TMPDIR;
    else env.TMPDIR = onDisk;
  }
}

/** @returns an empty folder, which ends with this process; null: there is no room */
function memoryFolder(): string | null {
  if (!hasRoom()) return null;
  removeOld();
  const folder = join(MEMORY, `${PREFIX}${process.pid}`);
  mkdirSync(folder, { recursive: true });
  process.once("exit", () => remove(folder));
  return folder;
}

function hasRoom(): boolean {
  if (process.platform !== "linux" || !existsSync(MEMORY)) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return Math.min(bavail * bsize, process.availableMemory()) >= FREE_MIN;
}

/** A run that was killed has left its folder. */
function removeOld(): void {
  for (const name of readdirSync(MEMORY)) {
    if (!name.startsWith(PREFIX)) continue;
    const path = join(MEMORY, name);
    const used = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (used !== undefined && used < Date.now() - DAY_MS) remove(path);
  }
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
