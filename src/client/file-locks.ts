// Locks between the processes that share a folder: a file for each, good as long as its process lives.
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
import {
  isRunning,
  type ProcessIdentity,
  thisProcess,
} from "./process-identity.ts";
import { has } from "./wire.ts";

const LOCK = /\.lock$/;
/** A holder says so often that it lives: one of another machine is known by it. */
const BEAT_MS = 10_000;
const DEAD_MS = 30_000;
/** After this nobody is still writing one that cannot be read. */
const WRITTEN_MS = 1000;
/** Between two looks whether a lock is free. */
const LOOK_MS = 20;

/**
 * That of a process which was stopped for half a minute counts as free. Then
 * ids alone keep messages from doubling.
 */
export function fileLocks(folder: string): Locks {
  const fileOf = (name: string) => join(folder, `${hash(name)}.lock`);

  /** @throws Error with code EEXIST if somebody holds it */
  function take(name: string): Cancel {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = fileOf(name);
    const text = JSON.stringify({ name, ...thisProcess, id: randomUUID() });
    const write = () => writeFileSync(file, text, { flag: "wx", mode: 0o600 });
    write();
    const beat = setInterval(() => {
      try {
        if (textOf(file) === null) write();
        if (textOf(file) === text) utimesSync(file, new Date(), new Date());
      } catch {
        // The folder is gone: nobody sees it.
      }
    }, BEAT_MS);
    beat.unref();
    return () => {
      clearInterval(beat);
      // Somebody may have taken us for dead, and hold it now.
      if (textOf(file) === text) rmSync(file, { force: true });
    };
  }

  async function taken(name: string): Promise<Cancel> {
    for (;;) {
      try {
        return take(name);
      } catch (error) {
        if (!hasCode(error, "EEXIST")) throw error;
      }
      if (holding(fileOf(name)) !== null)
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  return {
    hold: (name) => {
      try {
        return take(name);
      } catch {
        // Nobody sees it; ids do it alone then.
        return () => {};
      }
    },
    held: async () => {
      const files = namesIn(folder).filter((name) => LOCK.test(name));
      const held = files.map((name) => holding(join(folder, name)));
      return new Set(held.filter((name) => name !== null));
    },
    alone: async (name, act) => {
      const letGo = await taken(name);
      await act().finally(letGo);
    },
  };
}

/** The name of a lock that is held; one that is not is cleared away. */
function holding(file: string): string | null {
  const lock = read(file);
  if (lock === null) return null;
  const { age, name, holder } = lock;
  if (holder === null ? Math.abs(age) < WRITTEN_MS : isHeld(holder, age))
    return name;
  rmSync(file, { force: true });
  return null;
}

/** Its clock, or ours, may have been set. */
function isHeld(holder: ProcessIdentity, age: number): boolean {
  return Math.abs(age) < DEAD_MS && isRunning(holder) !== false;
}

interface Lock {
  /** Milliseconds since its holder last said that it lives. */
  readonly age: number;
  readonly name: string;
  /** null if it is not whole. */
  readonly holder: ProcessIdentity | null;
}

function read(file: string): Lock | null {
  try {
    const age = Date.now() - statSync(file).mtimeMs;
    const kept = parsed(readFileSync(file, "utf8"));
    if (!has(kept, "name pid#")) return { age, name: "", holder: null };
    const { name, pid, start, machine } = kept;
    const holder = {
      pid: Number(pid),
      start: start === undefined ? undefined : Number(start),
      machine: machine === undefined ? undefined : String(machine),
    };
    return { age, name: String(name), holder };
  } catch (error) {
    return unlessMissing(error);
  }
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    return unlessMissing(error);
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    return unlessMissing(error) ?? [];
  }
}
