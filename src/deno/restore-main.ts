// Restore main: the command that turns a backup into the data of a server without a start, for one of an older release.
import { DataFolder, DataFolderError } from "./data-folder.ts";
import { Database } from "./database.ts";
import { restoreBackup } from "./restore.ts";

const HELP = `deno task restore FOLDER

  FOLDER   a data folder whose database is a backup

A server of this release does the same when it starts. One of an older release
does not know backups: restore its folder by this command first.`;

const [data = "", ...more] = Deno.args;

if (data === "--help" || data === "-h") console.log(HELP);
else if (data === "" || data.startsWith("-") || more.length > 0) quit(HELP, 2);
else
  try {
    const folder = new DataFolder(data);
    const database = new Database(folder.database, "FULL");
    database.verify();
    const isBackup = restoreBackup(database, data, Date.now());
    database.close();
    folder.close();
    if (!isBackup) quit(`The folder ${data} holds no backup.`, 1);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (error instanceof DataFolderError) quit(why, 1);
    quit(`The folder ${data} is not restored: ${why}`, 1);
  }

function quit(message: string, code: number): never {
  console.error(message);
  Deno.exit(code);
}
