// The terminal client: reads the command line, joins, and is a chat for people or for a script.
import { readFileSync } from "node:fs";
import { type Chat, connect } from "../client/index.ts";
import { fileStorage } from "../client/node.ts";
import { Colours, depthOf } from "./colours.ts";
import { configFolder } from "./config.ts";
import { EXITS, type Exit } from "./exits.ts";
import { inputLines } from "./input-lines.ts";
import { type Options, readOptions, USAGE } from "./options.ts";
import { safeText } from "./safe-text.ts";
import { Script } from "./script.ts";
import { jsonOutput, plainOutput } from "./script-output.ts";
import { Terminal } from "./terminal.ts";
import { writtenStorage } from "./written-storage.ts";

const { stdin, stdout, stderr, env } = process;
const HISTORY = { atTerminal: 50, inScript: 0 };

async function main(args: readonly string[]): Promise<Exit> {
  const parsed = readOptions(args, env);
  switch (parsed.kind) {
    case "help":
      stdout.write(USAGE);
      return "ok";
    case "version":
      stdout.write(`${version()}\n`);
      return "ok";
    case "wrong":
      stderr.write(
        `edge-chat: ${safeText(parsed.why)}\nedge-chat --help tells more.\n`,
      );
      return "usage";
    case "chat":
      return chat(parsed.options);
    default:
      return parsed satisfies never;
  }
}

async function chat(options: Options): Promise<Exit> {
  const { url, room, username, json } = options;
  const isDumb = env.TERM === "dumb";
  const isTerminal = stdin.isTTY && stdout.isTTY && !isDumb && !json;
  const { EDGE_CHAT_TOKEN: token } = env;
  const storage = writtenStorage(fileStorage(configFolder(env)));
  const history = HISTORY[isTerminal ? "atTerminal" : "inScript"];
  let chat: Chat;
  try {
    chat = connect(url, {
      ...{ room, username, storage },
      ...(token && { token }),
      history: options.history ?? history,
    });
  } catch (error) {
    // A URL with a password, say.
    if (!(error instanceof TypeError)) throw error;
    stderr.write(`edge-chat: ${safeText(error.message)}\n`);
    return "usage";
  }
  try {
    return await (isTerminal ? talk(chat) : serve(chat, options));
  } finally {
    await chat.close();
    await storage.written();
  }
}

function talk(chat: Chat): Promise<Exit> {
  const terminal = new Terminal({
    chat,
    input: stdin,
    output: stdout,
    colours: new Colours(depthOf(stdout, env)),
    leavesCursorRow: env.TERM_PROGRAM === "vscode",
  });
  return terminal.run();
}

async function serve(chat: Chat, options: Options): Promise<Exit> {
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.once(signal, () => interrupted.abort());
  // Whoever read it has gone, as `head` does.
  stdout.on("error", () => interrupted.abort());
  const write = (line: string) => stdout.write(`${line}\n`);
  const complain = (line: string) => stderr.write(`${line}\n`);
  const colours = new Colours(depthOf(stdout, env));
  const script = new Script({
    ...options,
    chat,
    lines: inputLines(stdin),
    output: options.json
      ? jsonOutput(chat, write)
      : plainOutput(chat, colours, write, complain),
  });
  return script.run(interrupted.signal);
}

/** Of the package, which is two folders up from here, built or not. */
function version(): string {
  const file = new URL("../../package.json", import.meta.url);
  const manifest: unknown = JSON.parse(readFileSync(file, "utf8"));
  const isKnown =
    typeof manifest === "object" && manifest !== null && "version" in manifest;
  return isKnown ? String(manifest.version) : "unknown";
}

const exit = await main(process.argv.slice(2));
// All of it is out before the end; what a dead network still holds is not.
await new Promise<void>((resolve) => stdout.write("", () => resolve()));
process.exit(EXITS[exit].code);
