// The folder that holds all there is to keep: made if need be, and locked against a second process.
import { join, resolve } from "node:path";
import { ENVIRONMENT } from "./options.ts";

/** What is wrong with the folder, for whoever started the process. */
export class DataFolderError extends Error {
  override readonly name = "DataFolderError";
}

/** Held as long as the process: collected, its file would be closed. */
let lock: Deno.FsFile | undefined;

/**
 * Opens the folder for this process alone. The lock is the system's, on an
 * open file: it goes with the process, however that ends.
 *
 * @returns the path of the database in it
 */
export function openDataFolder(path: string): string {
  const database = join(path, "edge-chat.sqlite");
  try {
    // It holds what people said in private: nobody else may look. SQLite gives
    // the files beside the database the mode that this one has.
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
    lock = open(join(path, "lock"));
    open(database).close();
  } catch (error) {
    throw new DataFolderError(explain(path, error));
  }
  if (!lock.tryLockSync(true))
    throw new DataFolderError(
      `Another process has the data folder ${path} open.`,
    );
  return database;
}

function open(path: string): Deno.FsFile {
  const rights = { create: true, read: true, write: true, mode: 0o600 };
  return Deno.openSync(path, rights);
}

function explain(path: string, error: unknown): string {
  if (error instanceof Deno.errors.NotCapable)
    return [
      `This process was not given the data folder ${path}: the task serve has ./data alone. Make ./data a link to it,`,
      `  ln -s ${quoted(resolve(path))} data`,
      "or give it the folder in place of ./data:",
      `  ${command(quoted(path))}`,
    ].join("\n");
  const reason = error instanceof Error ? error.message : String(error);
  return `The data folder ${path} cannot be opened: ${reason}`;
}

/** The task, with the rights to another folder. */
function command(path: string): string {
  return `deno run --no-prompt --allow-net --allow-read=${path},dist/page --allow-write=${path} --allow-env=${ENVIRONMENT.join()} src/deno/main.ts --data ${path}`;
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
