// Options: parse the command line and the environment, and print the usage.
import { type AdminOptions, parseAdmin } from "./admin-commands.ts";
import type { UserTask } from "./admin-user-commands.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import {
  invalid,
  readArguments,
  readUrl,
  unexpected,
} from "./read-arguments.ts";
import type { BackupTask } from "./server-backup.ts";

export interface Options {
  readonly room: string;
  readonly username: string;
  readonly url: string;
  /** Older messages to begin with; null: the default of the mode. */
  readonly history: number | null;
  readonly json: boolean;
  /** The code of an invitation to the room; null: none. */
  readonly invite: string | null;
  /** Goes on after the end of the input. */
  readonly stay: boolean;
  /** A script exits after this time without a connection; 0: never. */
  readonly timeoutMs: number;
}

/** The options of `edge-chat webhooks listen`. */
export interface ListenOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly json: boolean;
  /** Empty: a new one is made. */
  readonly secrets: readonly string[];
}

export type ParsedOptions =
  | { readonly kind: "chat"; readonly options: Options }
  | { readonly kind: "help" | "version" | "admin help" }
  /** Asks the server for something that only its operator may do. */
  | { readonly kind: "admin"; readonly options: AdminOptions }
  | { readonly kind: "backup"; readonly options: BackupTask }
  | { readonly kind: "user"; readonly options: UserTask }
  /** Writes a project into the folder, or checks it. */
  | { readonly kind: "init"; readonly folder: string }
  /** Prints the webhooks of a server in development. */
  | { readonly kind: "listen"; readonly options: ListenOptions }
  | { readonly kind: "invalid"; readonly message: string };

type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

const DEFAULT_URL = "http://localhost:8787";
const DEFAULT_TIMEOUT_S = 15;
const HISTORY_MAX = 200;
const DEFAULT_WEBHOOK_PORT = 8789;

const LISTEN_OPTIONS = {
  port: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;
const CHAT_OPTIONS = {
  url: { type: "string" },
  history: { type: "string" },
  invite: { type: "string" },
  json: { type: "boolean" },
  stay: { type: "boolean" },
  timeout: { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const;

export const USAGE = `Usage: edge-chat ROOM NAME [options]
       edge-chat chat ROOM NAME [options]
       edge-chat init [FOLDER]
       edge-chat webhooks listen [--port N] [--json]
       edge-chat admin --help

  --url URL        the server (EDGE_CHAT_URL; default ${DEFAULT_URL})
  --history N      older messages to begin with, 0 to ${HISTORY_MAX}
                   (default 50 in a terminal, else 0)
  --invite CODE    an invitation to the room
  --json           input and output have one JSON object per line
  --stay           go on after the end of the input
  --timeout N      a script exits after N seconds without a connection;
                   0: never (default ${DEFAULT_TIMEOUT_S})
  --help, --version

init writes a new project with a chat of your own, or says what an existing one
lacks. webhooks listen waits on this machine, on port N or ${DEFAULT_WEBHOOK_PORT}, for the
webhooks of a server in development, and prints the events that WEBHOOK_SECRET
verifies; without that the command makes a secret and shows it. A room that is
called init, webhooks, admin or chat needs the word chat before it:
edge-chat chat init alice.

In a terminal this is a chat; type /help there. In a pipe each line of the
input is read like a typed line, and messages go to the output. After the end
of the input the program waits until all messages are stored, then exits. A
line that is not clearly plain text is refused; /say sends it as it is. The
secret of the name is stored in your configuration folder, or comes from
EDGE_CHAT_TOKEN. NO_COLOR=1 turns colours off.

Exit codes:
${Object.values(EXIT_CODES)
  .map(({ code, meaning }) => `  ${String(code).padEnd(4)}${meaning}`)
  .join("\n")}
`;

/** @param args without the name of the program */
export function parseOptions(
  args: readonly string[],
  env: EnvironmentVariables,
): ParsedOptions {
  const [command, ...rest] = args;
  switch (command) {
    case "chat":
      return parseChat(rest, env);
    case "init":
      return parseInit(rest);
    case "webhooks":
      return parseWebhooks(rest, env);
    case "admin":
      return readAdmin(rest, env);
    default:
      return parseChat(args, env);
  }
}

function readAdmin(
  args: readonly string[],
  env: EnvironmentVariables,
): ParsedOptions {
  const parsed = parseAdmin(args, env, DEFAULT_URL);
  return parsed.kind === "help" ? { kind: "admin help" } : parsed;
}

function parseInit(args: readonly string[]): ParsedOptions {
  const [folder = ".", ...others] = args;
  if (folder === "--help" || folder === "-h") return { kind: "help" };
  return others.length > 0 || folder.startsWith("-")
    ? invalid(
        "init takes one folder. A room of that name is: edge-chat chat init NAME",
      )
    : { kind: "init", folder };
}

function parseWebhooks(
  args: readonly string[],
  env: EnvironmentVariables,
): ParsedOptions {
  const [verb, ...rest] = args;
  if (verb === "--help" || verb === "-h") return { kind: "help" };
  if (verb !== "listen")
    return invalid(
      "webhooks takes the word listen. A room of that name is: edge-chat chat webhooks NAME",
    );
  const parsed = readArguments(rest, LISTEN_OPTIONS);
  if (!parsed.ok) return parsed.invalid;
  const { values, positionals } = parsed;
  if (values.help) return { kind: "help" };
  const others = unexpected(positionals);
  if (others !== null) return others;
  const port = wholeNumber(values.port, 65_535);
  if (values.port !== undefined && port === null)
    return invalid("--port must be 0 to 65535.");
  const secrets = (env.WEBHOOK_SECRET ?? "").split(/[\s,]+/).filter(Boolean);
  if (!secrets.every((secret) => secret.startsWith("whsec_")))
    return invalid("WEBHOOK_SECRET must begin with whsec_.");
  return {
    kind: "listen",
    options: {
      port: port ?? DEFAULT_WEBHOOK_PORT,
      json: values.json ?? false,
      secrets,
    },
  };
}

function parseChat(
  args: readonly string[],
  env: EnvironmentVariables,
): ParsedOptions {
  const parsed = readArguments(args, CHAT_OPTIONS);
  if (!parsed.ok) return parsed.invalid;
  const { values, positionals } = parsed;
  if (values.help) return { kind: "help" };
  if (values.version) return { kind: "version" };
  const [room, username, ...others] = positionals;
  if (room === undefined || username === undefined)
    return invalid("A room and a name are required.");
  const url = values.url ?? env.EDGE_CHAT_URL ?? DEFAULT_URL;
  const wrong =
    unexpected(others) ?? readUrl(url, ["http", "https", "ws", "wss"]);
  if (wrong !== null) return wrong;
  const history = wholeNumber(values.history, HISTORY_MAX);
  if (values.history !== undefined && history === null)
    return invalid(`--history must be 0 to ${HISTORY_MAX}.`);
  const timeout = wholeNumber(values.timeout, 86_400);
  if (values.timeout !== undefined && timeout === null)
    return invalid("--timeout must be a whole number of seconds, up to a day.");
  return {
    kind: "chat",
    options: {
      ...{ room, username, url, history },
      invite: values.invite ?? null,
      json: values.json ?? false,
      stay: values.stay ?? false,
      timeoutMs: (timeout ?? DEFAULT_TIMEOUT_S) * 1000,
    },
  };
}

function wholeNumber(text: string | undefined, max: number): number | null {
  const number = /^\d{1,6}$/.test(text ?? "") ? Number(text) : null;
  return number !== null && number <= max ? number : null;
}
