// Data folder: creates the folder that holds everything stored, and locks it against a second process.
import { join, resolve } from "node:path";
import { ALLOWED_ENVIRONMENT } from "./options.ts";

/** Tells the operator what is wrong with the folder. */
export class DataFolderError extends Error {
  override readonly name = "DataFolderError";
}

/**
 * A global: the garbage collector would close the file of a lock, and the lock
 * would be lost.
 */
const locks = new Set<Deno.FsFile>();

/**
 * The file system's clock has steps. Of two changes within one step, the second
 * is not seen.
 */
const CLOCK_STEP_MS = 50;

/** The folder, open for this process alone. */
export class DataFolder {
  /** The path of the database. */
  readonly database: string;
  readonly #path: string;
  readonly #lock: Deno.FsFile;
  readonly #files: readonly string[];
  /** The identity of each file when it was first seen, by path. */
  readonly #ids = new Map<string, string>();
  /** When an entry of the folder was last added, renamed or removed. */
  #changedAt = 0;

  constructor(path: string) {
    this.#path = path;
    this.database = join(path, "edge-chat.sqlite");
    this.#lock = openDataFolder(path, this.database);
    locks.add(this.#lock);
    this.#files = [
      join(path, "lock"),
      this.database,
      `${this.database}-wal`,
    ].map((file) => resolve(file));
    for (const file of this.#files.slice(0, 2)) this.#isSame(file);
  }

  /**
   * Tells whether the folder, the database, its write-ahead log and the lock
   * are still in their place. Writes to a deleted or renamed file succeed, but
   * a restart does not find them. One system call, unless an entry of the
   * folder has changed.
   */
  get isPresent(): boolean {
    try {
      const { mtime } = Deno.statSync(this.#path);
      const changedAt = mtime?.getTime() ?? 0;
      if (!this.#isSame(this.#path)) return false;
      if (changedAt !== 0 && changedAt === this.#changedAt) return true;
      if (!this.#files.every((file) => this.#isSame(file))) return false;
      if (changedAt < Date.now() - CLOCK_STEP_MS) this.#changedAt = changedAt;
      return true;
    } catch {
      return false;
    }
  }

  /** Releases the lock. */
  close(): void {
    if (locks.delete(this.#lock)) this.#lock.close();
  }

  /** @throws if the file does not exist */
  #isSame(file: string): boolean {
    const { dev, ino } = Deno.statSync(file);
    const id = `${dev} ${ino}`;
    const known = this.#ids.get(file);
    if (known === undefined) this.#ids.set(file, id);
    return known === undefined || known === id;
  }
}

/**
 * Opens the folder for this process alone. The system holds the lock on an open
 * file and releases it when the process ends.
 *
 * @param database the path of the database in it
 */
function openDataFolder(path: string, database: string): Deno.FsFile {
  let lock: Deno.FsFile;
  try {
    // The folder holds private messages, so other users may not read it. SQLite
    // gives the files beside the database the mode of the database.
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
    lock = open(join(path, "lock"));
    open(database).close();
  } catch (error) {
    throw new DataFolderError(explain(path, error));
  }
  if (lock.tryLockSync(true)) return lock;
  lock.close();
  throw new DataFolderError(
    `Another process has the data folder ${path} open.`,
  );
}

function open(path: string): Deno.FsFile {
  const rights = { create: true, read: true, write: true, mode: 0o600 };
  return Deno.openSync(path, rights);
}

function explain(path: string, error: unknown): string {
  if (error instanceof Deno.errors.NotCapable)
    return [
      `This process has no access to the data folder ${path}: the task serve may use ./data only. Make ./data a link to the folder,`,
      `  ln -s ${quoted(resolve(path))} data`,
      "or start the server with access to the folder:",
      `  ${command(quoted(path))}`,
    ].join("\n");
  const reason = error instanceof Error ? error.message : String(error);
  return `The data folder ${path} cannot be opened: ${reason}`;
}

/** The command of the task, with the rights to another folder. */
function command(path: string): string {
  return `deno run --no-prompt --allow-net --allow-read=${path},dist/page --allow-write=${path} --allow-env=${ALLOWED_ENVIRONMENT.join()} src/deno/main.ts --data ${path}`;
}

/** Quotes a word for a shell. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
