// Options: reads the arguments of the process and the settings in its environment.
import { readChatConfig } from "../http/chat-config.ts";
import { readBasePath } from "../http/mount.ts";
import { SETTINGS, SettingsError } from "../protocol/settings.ts";
import type { Synchronous } from "./database.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface Options {
  /** The settings, which are right. */
  readonly env: Environment;
  /** The path of the data folder. */
  readonly data: string;
  readonly hostname: string;
  readonly port: number;
  /** Rooms and names in memory at once. */
  readonly openMax: number;
  readonly addressHeader: string;
  readonly basePath: string;
  readonly synchronous: Synchronous;
}

/** Every name that is read from the environment. */
export const ENVIRONMENT: readonly string[] = [
  ...Object.keys(SETTINGS),
  "ADMIN_SECRET",
  "ADMIN_SECRET_OLD",
  "METRICS_SECRET",
  "OPEN_ROOMS",
  "SYNCHRONOUS",
  "ADDRESS_HEADER",
  "BASE_PATH",
];

/** The names that the process may read: the package ws reads its own name. */
export const ALLOWED_ENVIRONMENT: readonly string[] = [
  ...ENVIRONMENT,
  "WS_NO_BUFFER_UTIL",
];

export const HELP = `edge-chat: a chat server in one process

  --data DIR    folder of all stored data (./data)
  --port PORT   port to listen on; 0: any that is free (8787)
  --host HOST   address to listen on (127.0.0.1: this machine alone)
  --help        this text

Settings, from the environment:
${Object.entries(SETTINGS)
  .map(([name, { defaultValue, description }]) =>
    line(name, description, defaultValue),
  )
  .join("\n")}
${line("OPEN_ROOMS", "rooms and names in memory at once", 1000)}
${line("SYNCHRONOUS", "FULL: an ack waits for the disk. NORMAL: a power cut may lose the newest messages", "FULL")}
${line("ADDRESS_HEADER", "header in which a proxy states the client's address, such as X-Forwarded-For", "none")}
${line("BASE_PATH", "path that a proxy in front of it strips, such as /chat; needed if the page is at /chat without a slash at its end", "none")}
${line("ADMIN_SECRET", "bearer token for /admin, 16 characters or more; without it there is no /admin", "none")}
${line("ADMIN_SECRET_OLD", "the ADMIN_SECRET before, which is good too until it is taken out", "none")}
${line("METRICS_SECRET", "bearer token for /metrics alone, likewise; ADMIN_SECRET opens it too", "none")}
`;

function line(
  name: string,
  description: string,
  defaultValue: number | string | readonly string[],
): string {
  const shown = Array.isArray(defaultValue)
    ? defaultValue.join(",")
    : defaultValue;
  return `  ${name.padEnd(20)} ${description} (${shown === "" ? "none" : shown})`;
}

/** The options, or the reason why they are wrong. */
export type OptionsResult =
  | { readonly kind: "options"; readonly options: Options }
  | { readonly kind: "help" }
  | { readonly kind: "wrong"; readonly message: string };

export function readOptions(
  args: readonly string[],
  env: Environment,
): OptionsResult {
  const flags = { data: "data", port: "8787", host: "127.0.0.1" };
  const rest = args.flatMap(split);
  for (let i = 0; i < rest.length; i += 2) {
    const [flag, value] = [rest[i] ?? "", rest[i + 1]];
    if (flag === "--help" || flag === "-h") return { kind: "help" };
    const name = flag.slice(2);
    if (!flag.startsWith("--") || !isKnown(name, flags))
      return wrong(`Unknown option ${flag}. Try --help.`);
    if (value === undefined || value === "")
      return wrong(`The option ${flag} needs a value.`);
    flags[name] = value;
  }
  const port = readNumber(flags.port, 0, 65_535);
  if (port === null)
    return wrong(`--port ${flags.port}: a whole number from 0 to 65535.`);
  const openMax = readNumber(env.OPEN_ROOMS || "1000", 1, 10_000_000);
  if (openMax === null)
    return wrong(`OPEN_ROOMS=${env.OPEN_ROOMS}: a whole number from 1.`);
  const synchronous = env.SYNCHRONOUS || "FULL";
  if (synchronous !== "FULL" && synchronous !== "NORMAL")
    return wrong(`SYNCHRONOUS=${synchronous}: FULL or NORMAL.`);
  const addressHeader = env.ADDRESS_HEADER || "";
  if (!/^[\w-]*$/.test(addressHeader))
    return wrong(`ADDRESS_HEADER=${addressHeader}: the name of a header.`);
  const basePath = readBasePath(env.BASE_PATH || "");
  if (basePath === null)
    return wrong(`BASE_PATH=${env.BASE_PATH}: a path such as /chat.`);
  try {
    readChatConfig(env);
    const options: Options = {
      env,
      data: flags.data,
      hostname: flags.host,
      port,
      openMax,
      addressHeader,
      basePath,
      synchronous,
    };
    return { kind: "options", options };
  } catch (error) {
    if (error instanceof SettingsError) return wrong(error.message);
    throw error;
  }
}

/** Splits `--port=1` into `--port 1`. */
function split(arg: string): string[] {
  const at = arg.startsWith("--") ? arg.indexOf("=") : -1;
  return at < 0 ? [arg] : [arg.slice(0, at), arg.slice(at + 1)];
}

function isKnown<T extends object>(
  name: string,
  flags: T,
): name is keyof T & string {
  return Object.hasOwn(flags, name);
}

function readNumber(text: string, min: number, max: number): number | null {
  const value = Number(text);
  return /^\d+$/.test(text) && value >= min && value <= max ? value : null;
}

function wrong(message: string): OptionsResult {
  return { kind: "wrong", message };
}
