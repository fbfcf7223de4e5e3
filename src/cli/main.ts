// Main: parses the command line, joins a room, and runs the chat for a person or a script.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { makeClient } from "../client/create-client.ts";
import type { Room } from "../client/index.ts";
import { fileStorage } from "../client/node.ts";
import { runAdmin } from "./admin.ts";
import { ADMIN_USAGE, type AdminOptions } from "./admin-commands.ts";
import type { UserTask } from "./admin-user-commands.ts";
import { Colours, colourDepth } from "./colours.ts";
import { configFolder } from "./config-folder.ts";
import { EXIT_CODES, type ExitReason } from "./exit-codes.ts";
import { flushableStorage } from "./flushable-storage.ts";
import { initProject } from "./init.ts";
import { inputLines } from "./input-lines.ts";
import {
  type ListenOptions,
  type Options,
  parseOptions,
  USAGE,
} from "./options.ts";
import { safeText } from "./safe-text.ts";
import { Script } from "./script.ts";
import { jsonOutput, plainOutput } from "./script-output.ts";
import { type BackupTask, runBackupTask } from "./server-backup.ts";
import { Terminal } from "./terminal.ts";
import { exportUser } from "./user-export.ts";
import { importUser } from "./user-import.ts";
import { listenForWebhooks } from "./webhook-listener.ts";

const { stdin, stdout, stderr, env } = process;
const HISTORY = { atTerminal: 50, inScript: 0 };

async function main(args: readonly string[]): Promise<ExitReason> {
  const parsed = parseOptions(args, env);
  switch (parsed.kind) {
    case "help":
      stdout.write(USAGE);
      return "ok";
    case "version":
      stdout.write(`${version()}\n`);
      return "ok";
    case "invalid":
      stderr.write(
        `edge-chat: ${safeText(parsed.message)}\nSee edge-chat ${args[0] === "admin" ? "admin " : ""}--help.\n`,
      );
      return "usage";
    case "admin help":
      stdout.write(ADMIN_USAGE);
      return "ok";
    case "admin":
      return askAdmin(parsed.options);
    case "backup":
      return copyServer(parsed.options);
    case "user":
      return copyUser(parsed.options);
    case "init":
      return runInit(parsed.folder);
    case "listen":
      return runListener(parsed.options);
    case "chat":
      return runChat(parsed.options);
    default:
      return parsed satisfies never;
  }
}

async function askAdmin(options: AdminOptions): Promise<ExitReason> {
  let { request } = options;
  const { question } = request;
  if (question !== undefined && !options.yes && !(await isMeant(question))) {
    stderr.write("Nothing was done. --yes goes on without asking.\n");
    return "failed";
  }
  for (let page = 0; ; page++) {
    const asked = { ...options, request };
    const { ok, lines, next } = await runAdmin(asked, page === 0);
    const output = ok ? stdout : stderr;
    for (const line of lines) output.write(`${line}\n`);
    if (!ok) return "failed";
    if (next === undefined) return "ok";
    request = next;
  }
}

/** Asks at a terminal; elsewhere nobody can say yes. */
async function isMeant(question: string): Promise<boolean> {
  if (!stdin.isTTY || !stderr.isTTY) return false;
  const terminal = createInterface({ input: stdin, output: stderr });
  try {
    const answer = await terminal.question(`${safeText(question)} [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

async function copyServer(task: BackupTask): Promise<ExitReason> {
  const { ok, lines } = await runBackupTask(task, () => Date.now());
  for (const line of lines) (ok ? stdout : stderr).write(`${line}\n`);
  return ok ? "ok" : "failed";
}

async function copyUser(task: UserTask): Promise<ExitReason> {
  const now = () => Date.now();
  const { ok, lines } = await (task.verb === "save"
    ? exportUser(task, now)
    : importUser(task, now));
  for (const line of lines) (ok ? stdout : stderr).write(`${line}\n`);
  return ok ? "ok" : "failed";
}

function runInit(folder: string): ExitReason {
  try {
    const { ok, lines } = initProject(resolve(folder));
    stdout.write(`${lines.map(safeText).join("\n")}\n`);
    return ok ? "ok" : "failed";
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    stderr.write(`edge-chat init: ${safeText(error.message)}\n`);
    return "failed";
  }
}

async function runListener(options: ListenOptions): Promise<ExitReason> {
  const output = {
    write: (line: string) => stdout.write(`${line}\n`),
    note: (line: string) => stderr.write(`${line}\n`),
  };
  const isOpen = await listenForWebhooks(options, output, interruption());
  if (isOpen) return "interrupted";
  stderr.write(`edge-chat: Port ${options.port} is in use: --port N\n`);
  return "failed";
}

/** Aborts when somebody ends the program, or nobody reads it any more. */
function interruption(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.once(signal, () => interrupted.abort());
  // The reader of the pipe has exited, as `head` does.
  stdout.on("error", () => interrupted.abort());
  return interrupted.signal;
}

async function runChat(options: Options): Promise<ExitReason> {
  const { url, room, username, json } = options;
  const isDumbTerminal = env.TERM === "dumb";
  const isTerminal = stdin.isTTY && stdout.isTTY && !isDumbTerminal && !json;
  const { EDGE_CHAT_TOKEN: token } = env;
  const storage = flushableStorage(fileStorage(configFolder(env)));
  const history = HISTORY[isTerminal ? "atTerminal" : "inScript"];
  let joined: Room;
  try {
    const client = makeClient(url, {
      ...{ username, storage },
      ...(token && { token }),
    });
    joined = client.join(room, {
      history: options.history ?? history,
      ...(options.invite !== null && { invite: options.invite }),
    });
  } catch (error) {
    // For example a URL with a password.
    if (!(error instanceof TypeError)) throw error;
    stderr.write(`edge-chat: ${safeText(error.message)}\n`);
    return "usage";
  }
  try {
    return await (isTerminal
      ? runTerminal(joined)
      : runScript(joined, options));
  } finally {
    await joined.client.close();
    await storage.flush();
  }
}

function runTerminal(room: Room): Promise<ExitReason> {
  const terminal = new Terminal({
    room,
    input: stdin,
    output: stdout,
    colours: new Colours(colourDepth(stdout, env)),
    leavesCursorRow: env.TERM_PROGRAM === "vscode",
  });
  return terminal.run();
}

async function runScript(room: Room, options: Options): Promise<ExitReason> {
  const write = (line: string) => stdout.write(`${line}\n`);
  const writeError = (line: string) => stderr.write(`${line}\n`);
  const colours = new Colours(colourDepth(stdout, env));
  const script = new Script({
    ...options,
    room,
    lines: inputLines(stdin),
    output: options.json
      ? jsonOutput(room, write)
      : plainOutput(room, colours, write, writeError),
  });
  return script.run(interruption());
}

/**
 * The version of the package, whose root is two folders above, built or not.
 */
function version(): string {
  const file = new URL("../../package.json", import.meta.url);
  const manifest: unknown = JSON.parse(readFileSync(file, "utf8"));
  const isKnown =
    typeof manifest === "object" && manifest !== null && "version" in manifest;
  return isKnown ? String(manifest.version) : "unknown";
}

// The reader of a pipe may have enough, as `head` has.
stdout.on("error", () => process.exit(EXIT_CODES.failed.code));

const exit = await main(process.argv.slice(2));
// Output is flushed before the exit. A dead network holds nothing up.
await new Promise<void>((resolve) => stdout.write("", () => resolve()));
process.exit(EXIT_CODES[exit].code);
