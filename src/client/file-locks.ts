// File locks: lock names between processes that share a folder, with one file per lock that is valid while its process lives.
import { randomUUID } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Cancel, Locks } from "./environment.ts";
import { hasCode, hash, unlessMissing } from "./files.ts";
import { hasFields } from "./parse-frame.ts";
import {
  isRunning,
  type ProcessIdentity,
  thisProcess,
} from "./process-identity.ts";

const LOCK_FILE = /\.lock$/;
/**
 * A holder touches its file at this interval: a process on another machine
 * shows so that it lives.
 */
const HEARTBEAT_INTERVAL_MS = 10_000;
const STALE_AFTER_MS = 30_000;
/** A file that cannot be read is still being written, for this time at most. */
const WRITE_GRACE_MS = 1000;
/** Between two attempts to take a lock. */
const POLL_INTERVAL_MS = 20;

/**
 * The lock of a process that was stopped for 30 s counts as free. Then only
 * message ids prevent duplicates.
 */
export function fileLocks(folder: string): Locks {
  const fileOf = (name: string) => join(folder, `${hash(name)}.lock`);

  /** @throws Error with code EEXIST if the lock is held */
  function acquire(name: string): Cancel {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = fileOf(name);
    const text = JSON.stringify({ name, ...thisProcess, id: randomUUID() });
    const write = () => writeFileSync(file, text, { flag: "wx", mode: 0o600 });
    write();
    const heartbeat = setInterval(() => {
      try {
        if (readText(file) === null) write();
        if (readText(file) === text) utimesSync(file, new Date(), new Date());
      } catch {
        // The folder is gone, and nobody can see the lock.
      }
    }, HEARTBEAT_INTERVAL_MS);
    heartbeat.unref();
    return () => {
      clearInterval(heartbeat);
      // Another process may have taken the lock after 30 s without a sign of
      // life.
      if (readText(file) === text) rmSync(file, { force: true });
    };
  }

  async function waitAndAcquire(name: string): Promise<Cancel> {
    for (;;) {
      try {
        return acquire(name);
      } catch (error) {
        if (!hasCode(error, "EEXIST")) throw error;
      }
      if (heldLockName(fileOf(name)) !== null)
        await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
    }
  }

  return {
    hold: (name) => {
      try {
        return acquire(name);
      } catch {
        // Nobody sees the lock; message ids prevent duplicates.
        return () => {};
      }
    },
    held: async () => {
      const files = listFolder(folder).filter((name) => LOCK_FILE.test(name));
      const held = files.map((name) => heldLockName(join(folder, name)));
      return new Set(held.filter((name) => name !== null));
    },
    runExclusive: async (name, callback) => {
      const release = await waitAndAcquire(name);
      await callback().finally(release);
    },
  };
}

/** The name of the lock if it is held; the file of a free lock is removed. */
function heldLockName(file: string): string | null {
  const lock = readLock(file);
  if (lock === null) return null;
  const { ageMs, name, holder } = lock;
  if (
    holder === null ? Math.abs(ageMs) < WRITE_GRACE_MS : isHeld(holder, ageMs)
  )
    return name;
  rmSync(file, { force: true });
  return null;
}

/** The age may be negative: its clock, or ours, may have been set. */
function isHeld(holder: ProcessIdentity, ageMs: number): boolean {
  return Math.abs(ageMs) < STALE_AFTER_MS && isRunning(holder) !== false;
}

interface LockFile {
  /** Milliseconds since the holder last touched the file. */
  readonly ageMs: number;
  readonly name: string;
  /** null if the file is incomplete. */
  readonly holder: ProcessIdentity | null;
}

function readLock(file: string): LockFile | null {
  try {
    const ageMs = Date.now() - statSync(file).mtimeMs;
    const lock = parseJson(readFileSync(file, "utf8"));
    if (!hasFields(lock, "name pid#")) return { ageMs, name: "", holder: null };
    const { name, pid, start, machine } = lock;
    const holder = {
      pid: Number(pid),
      start: start === undefined ? undefined : Number(start),
      machine: machine === undefined ? undefined : String(machine),
    };
    return { ageMs, name: String(name), holder };
  } catch (error) {
    return unlessMissing(error);
  }
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    return unlessMissing(error);
  }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    return unlessMissing(error) ?? [];
  }
}
