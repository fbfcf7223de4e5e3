// Backup: copies the database of a data folder to another folder while a server uses it, whole and checked.
import { join } from "node:path";
import { backup as copyDatabase, DatabaseSync } from "node:sqlite";
import { writeLedger } from "../core/room/erasure-ledger.ts";
import { finishPurges } from "../core/room/restore-rooms.ts";
import { backedUpAt, LEDGER_FILE, markBackup } from "./backup-mark.ts";
import { Database, DatabaseError } from "./database.ts";
import { inTransaction } from "./in-transaction.ts";

const DATABASE_FILE = "edge-chat.sqlite";

export interface Backup {
  /** The path of the copy. */
  readonly file: string;
  readonly bytes: number;
  /** When it was made, in ISO 8601: it has all that was stored before it began. */
  readonly made: string;
}

/** Tells the operator why there is no backup. An older one stays as it is. */
export class BackupError extends Error {
  override readonly name = "BackupError";
}

/**
 * Copies one state of the whole database. A server that uses it goes on meanwhile.
 *
 * @param data the path of the data folder
 * @param folder where the backup goes, in the place of an older one
 * @throws BackupError
 */
export async function backUp(data: string, folder: string): Promise<Backup> {
  const source = join(data, DATABASE_FILE);
  if (!exists(source))
    throw new BackupError(`There is no database in the folder ${data}.`);
  const lock = openBackupFolder(folder);
  try {
    const file = join(folder, DATABASE_FILE);
    if (exists(file)) mustBeBackup(file, folder);
    const part = createPart(file);
    try {
      await copy(source, part);
      const { lines, made } = finish(part);
      // The list of erasures may be newer than the database beside it.
      const ledger = join(folder, LEDGER_FILE);
      write(createPart(ledger), `${lines.join("\n")}\n`);
      replace(ledger);
      replace(file);
      sync(folder);
      const bytes = Deno.statSync(file).size;
      return { file, bytes, made: new Date(made).toISOString() };
    } finally {
      removeParts(file);
    }
  } catch (error) {
    if (error instanceof BackupError) throw error;
    throw new BackupError(`There is no backup: ${messageOf(error)}`);
  } finally {
    lock.close();
  }
}

/** A server has the same lock on its data folder. */
function openBackupFolder(folder: string): Deno.FsFile {
  let lock: Deno.FsFile;
  try {
    // It holds private messages, so other users may not read it.
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
    lock = create(join(folder, "lock"));
  } catch (error) {
    const why = messageOf(error);
    throw new BackupError(`The folder ${folder} cannot be written: ${why}`);
  }
  if (lock.tryLockSync(true)) return lock;
  lock.close();
  throw new BackupError(`Another process has the folder ${folder} open.`);
}

/** The folder may be the data of a server that is stopped. */
function mustBeBackup(file: string, folder: string): void {
  const old = new Database(file, "FULL");
  try {
    if (backedUpAt(old) !== null) return;
  } finally {
    old.close();
  }
  throw new BackupError(
    `The folder ${folder} holds the data of a server, and no backup: choose another one.`,
  );
}

async function copy(source: string, part: string): Promise<void> {
  const database = new DatabaseSync(source);
  try {
    // The server may be closing the database.
    database.exec("PRAGMA busy_timeout = 5000");
    // In one step it is one state, and no write of the server begins it anew.
    await copyDatabase(database, part, { rate: -1 });
  } finally {
    database.close();
  }
}

/** Checks the copy and marks it. */
function finish(part: string): { lines: string[]; made: number } {
  const database = new Database(part, "FULL");
  try {
    database.verify();
    const [check] = database.exec("PRAGMA integrity_check(1)");
    if (check?.integrity_check !== "ok")
      throw new DatabaseError(`the copy is damaged: ${check?.integrity_check}`);
    return inTransaction(database, () => {
      finishPurges(database);
      const made = backedUpAt(database) ?? Date.now();
      markBackup(database, made);
      return { lines: writeLedger(database), made };
    });
  } finally {
    database.close();
  }
}

function createPart(file: string): string {
  removeParts(file);
  const part = `${file}.part`;
  create(part).close();
  return part;
}

/** The bytes of the new file are on the disk before it has the name. */
function replace(file: string): void {
  sync(`${file}.part`);
  Deno.renameSync(`${file}.part`, file);
}

function removeParts(file: string): void {
  for (const end of ["", "-wal", "-shm", "-journal"]) {
    const path = `${file}.part${end}`;
    if (exists(path)) Deno.removeSync(path);
  }
}

function write(path: string, text: string): void {
  Deno.writeTextFileSync(path, text);
}

function sync(path: string): void {
  const file = Deno.openSync(path, { read: true });
  file.syncSync();
  file.close();
}

function create(path: string): Deno.FsFile {
  const rights = { create: true, read: true, write: true, mode: 0o600 };
  return Deno.openSync(path, rights);
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
