// Deno server: starts the server for tests as one Deno process by the task `serve`, with its own data folder.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { SettingName } from "../../src/protocol/settings.ts";
import { denoBinary } from "./deno-binary.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface DenoOptions {
  readonly settings?: {
    readonly [Name in SettingName]?: number | string;
  };
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Kept when the server stops. Without it a new folder is used and deleted.
   */
  readonly data?: string;
  readonly args?: readonly string[];
  /** The limit of file handles. */
  readonly handles?: number;
  /** The arguments of `deno run`, instead of the task. */
  readonly command?: string;
}

export interface DenoServer {
  readonly url: string;
  readonly pid: number;
  readonly data: string;
  /** The printed lines. */
  readonly printed: readonly string[];
  /**
   * Ends the process; resolves with its exit code, null if the signal ended it.
   */
  stop(signal?: "SIGTERM" | "SIGINT" | "SIGKILL"): Promise<number | null>;
}

/** Starts the server on a free local port. */
export async function startDeno(
  options: DenoOptions = {},
): Promise<DenoServer> {
  const data = options.data ?? freshFolder();
  const { child, printed } = spawnDeno(data, options);
  const url = await listeningUrl(child, printed);
  return {
    url,
    pid: child.pid ?? 0,
    data,
    printed,
    stop: async (signal = "SIGTERM") => {
      const isRunning = child.exitCode === null && child.signalCode === null;
      if (isRunning && child.pid !== undefined) {
        const exit = once(child, "exit");
        // By its pid: Deno's `child.kill` reports that the signal ended it.
        process.kill(child.pid, signal);
        await exit;
      }
      if (options.data === undefined) rmSync(data, removal);
      return child.exitCode;
    },
  };
}

const removal = { recursive: true, force: true, maxRetries: 3 };

export function freshFolder(): string {
  return mkdtempSync(join(tmpdir(), "edge-chat-"));
}

/** Spawns the task with its own rights, but for this folder. */
export function spawnDeno(data: string, options: DenoOptions) {
  const { settings, env, args = [], command, handles } = options;
  const given = Object.entries(settings ?? {}).map(([name, value]) => [
    name,
    String(value),
  ]);
  const words =
    command === undefined
      ? [...task(data), "--data", data, "--port", "0", ...args]
      : ["run", ...command.split(" ")];
  const limited = ["-c", `ulimit -n ${handles} && exec "$0" "$@"`];
  const child = spawn(
    handles === undefined ? denoBinary() : "/bin/sh",
    handles === undefined ? words : [...limited, denoBinary(), ...words],
    {
      cwd: root,
      env: { ...process.env, ...Object.fromEntries(given), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => printed.push(line));
  return { child, printed };
}

function task(data: string): string[] {
  const text = readFileSync(join(root, "deno.jsonc"), "utf8");
  const { tasks } = JSON.parse(text.replace(/^\s*\/\/.*$/gm, ""));
  const [, ...words]: string[] = tasks.serve.split(" ");
  return words.map((word) =>
    word.replace(/(?<=^--allow-(read|write)=)data\b/, data),
  );
}

async function listeningUrl(
  child: ChildProcess,
  printed: readonly string[],
): Promise<string> {
  for (;;) {
    const url = printed.join("\n").match(/(?<=listening .*")http:[^"]+/)?.[0];
    if (url !== undefined) return url;
    if (child.exitCode !== null)
      throw new Error(`It did not start:\n${printed.join("\n")}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
