// The folder that holds all there is to keep: made if need be, and locked against a second process.
import { join } from "node:path";

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
  try {
    // It holds what people said in private: nobody else may look.
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
    lock = Deno.openSync(join(path, "lock"), {
      create: true,
      read: true,
      write: true,
    });
  } catch (error) {
    throw new DataFolderError(explain(path, error));
  }
  if (!lock.tryLockSync(true))
    throw new DataFolderError(
      `Another process has the data folder ${path} open.`,
    );
  return join(path, "edge-chat.sqlite");
}

function explain(path: string, error: unknown): string {
  if (error instanceof Deno.errors.NotCapable)
    return `This process was not given the data folder ${path}. The tasks in deno.jsonc give it ./data; for another one see "Deno" in README.md: --allow-read and --allow-write must name it.`;
  const reason = error instanceof Error ? error.message : String(error);
  return `The data folder ${path} cannot be opened: ${reason}`;
}
