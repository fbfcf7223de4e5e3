// The command line: what it may say, and what it says about itself.
import { parseArgs } from "node:util";
import { EXIT_CODES } from "./exit-codes.ts";

export interface Options {
  readonly room: string;
  readonly username: string;
  readonly url: string;
  /** Messages from before to begin with; null leaves it to the mode. */
  readonly history: number | null;
  readonly json: boolean;
  /** Goes on after the input has ended. */
  readonly stay: boolean;
  /** A script gives up after so many ms without a connection; 0: never. */
  readonly timeoutMs: number;
}

export type ParsedOptions =
  | { readonly kind: "chat"; readonly options: Options }
  | { readonly kind: "help" | "version" }
  | { readonly kind: "wrong"; readonly why: string };

type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

const DEFAULT_URL = "http://localhost:8787";
const DEFAULT_TIMEOUT_S = 15;
const HISTORY_MAX = 200;

export const USAGE = `Usage: edge-chat ROOM NAME [options]

  --url URL        of the server (EDGE_CHAT_URL; ${DEFAULT_URL})
  --history N      messages from before to begin with, 0 to ${HISTORY_MAX}
                   (50 in a terminal, else 0)
  --json           one JSON object a line, in and out
  --stay           go on when the input has ended
  --timeout N      seconds without a connection after which a script gives
                   up, 0 for never (${DEFAULT_TIMEOUT_S})
  --help, --version

In a terminal it is a chat; type /help there. Piped, each line of the input
is taken as if it were typed, and what is heard goes to the output; when the
input ends it waits until all is stored, then ends. A line that is not surely
plain text is refused; /say says it as it stands. The secret behind the
name is kept in your configuration folder, or given by EDGE_CHAT_TOKEN.
NO_COLOR=1 turns colours off.

Exit codes:
${Object.values(EXIT_CODES)
  .map(({ code, meaning }) => `  ${String(code).padEnd(4)}${meaning}`)
  .join("\n")}
`;

/** @param args without the program's own name */
export function parseOptions(
  args: readonly string[],
  env: EnvironmentVariables,
): ParsedOptions {
  let parsed: ReturnType<typeof parseArguments>;
  try {
    parsed = parseArguments(args);
  } catch (error) {
    return invalid(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  if (values.help) return { kind: "help" };
  if (values.version) return { kind: "version" };
  const [room, username, ...others] = positionals;
  if (room === undefined || username === undefined)
    return invalid("Which room, and under which name?");
  if (others.length > 0) return invalid(`What is ${others.join(" ")}?`);
  const url = values.url ?? env.EDGE_CHAT_URL ?? DEFAULT_URL;
  if (!isServerUrl(url))
    return invalid(`--url ${url} is not one like https://chat.example`);
  const history = wholeNumber(values.history, HISTORY_MAX);
  if (values.history !== undefined && history === null)
    return invalid(`--history is 0 to ${HISTORY_MAX}.`);
  const timeout = wholeNumber(values.timeout, 86_400);
  if (values.timeout !== undefined && timeout === null)
    return invalid("--timeout is a whole number of seconds, up to a day.");
  return {
    kind: "chat",
    options: {
      ...{ room, username, url, history },
      json: values.json ?? false,
      stay: values.stay ?? false,
      timeoutMs: (timeout ?? DEFAULT_TIMEOUT_S) * 1000,
    },
  };
}

function parseArguments(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      url: { type: "string" },
      history: { type: "string" },
      json: { type: "boolean" },
      stay: { type: "boolean" },
      timeout: { type: "string" },
      help: { type: "boolean", short: "h" },
      version: { type: "boolean", short: "v" },
    },
  });
}

function invalid(why: string): ParsedOptions {
  return { kind: "wrong", why };
}

function isServerUrl(url: string): boolean {
  return URL.canParse(url) && /^(https?|wss?):$/.test(new URL(url).protocol);
}

function wholeNumber(text: string | undefined, max: number): number | null {
  const number = /^\d{1,6}$/.test(text ?? "") ? Number(text) : null;
  return number !== null && number <= max ? number : null;
}
