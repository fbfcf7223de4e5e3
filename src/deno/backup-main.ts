// Backup main: the command that backs up the data folder of a Deno server, which may be running.
import { BackupError, backUp } from "./backup.ts";

const HELP = `deno task backup FOLDER [--data DIR]

  FOLDER       where the backup goes, in the place of an older one
  --data DIR   the data folder of the server, which may be running (./data)

A server that starts with the backup as its data folder restores it.`;

const args = Deno.args.flatMap((arg) =>
  arg.startsWith("--data=") ? ["--data", arg.slice("--data=".length)] : [arg],
);
const at = args.indexOf("--data");
const [, data = at < 0 ? "data" : ""] = at < 0 ? [] : args.splice(at, 2);
const [folder = "", ...more] = args;

if (folder === "--help" || folder === "-h") console.log(HELP);
else if (
  folder === "" ||
  data === "" ||
  more.length > 0 ||
  folder.startsWith("-")
)
  quit(HELP, 2);
else
  try {
    console.log(`backup ${JSON.stringify(await backUp(data, folder))}`);
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    quit(error.message, 1);
  }

function quit(message: string, code: number): never {
  console.error(message);
  Deno.exit(code);
}
