// Development server: starts wrangler with the real runtime, ends all its processes with this one, and prints why a start failed.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { basename } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

type Signal = "SIGINT" | "SIGTERM" | "SIGHUP";

/** How long wrangler may take to end in order. */
const STOP_MS = 1000;
/** How often to check that npm still runs. */
const STARTER_CHECK_MS = 200;
const SENTENCE = /SettingsError: (Wrong settings\. .+)/;

/** No data about this machine or its use leaves it, and nothing is fetched. */
const PRIVACY = {
  WRANGLER_SEND_METRICS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
};

const starters = taskRunner();
const wrangler = startWrangler(process.argv.slice(2));
killWithUs(wrangler);

let sentence: string | undefined;
let stopped: Signal | undefined;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => stop(signal));
// npm sends a signal to its shell only, which ends and does not tell us.
const watch = setInterval(() => {
  if (!starters.every(isAlive)) stop("SIGTERM");
}, STARTER_CHECK_MS);
watch.unref();

wrangler.stderr?.setEncoding("utf8").on("data", (text: string) => {
  process.stderr.write(text);
  sentence ??= SENTENCE.exec(stripVTControlCharacters(text))?.[1];
});
// After its output has ended too, or the process that holds it open was killed.
wrangler.once("exit", () => killGroup(wrangler));
wrangler.once("close", (code) => {
  if (sentence !== undefined && stopped === undefined)
    process.stderr.write(`\nedge-chat did not start. ${sentence}\n`);
  process.exit(stopped ? 128 + constants.signals[stopped] : (code ?? 1));
});

function startWrangler(args: readonly string[]): ChildProcess {
  const cli = createRequire(import.meta.url).resolve("wrangler");
  const { stderr, env } = process;
  return spawn(
    process.execPath,
    program(cli, "dev", "--show-interactive-dev-session=false", ...args),
    {
      // A process group, of which no process may be left.
      detached: process.platform !== "win32",
      stdio: ["ignore", "inherit", "pipe"],
      env: {
        ...PRIVACY,
        ...(stderr.isTTY && env.NO_COLOR === undefined && { FORCE_COLOR: "1" }),
        ...env,
      },
    },
  );
}

/** A second signal kills at once. */
function stop(signal: Signal): void {
  if (stopped !== undefined) {
    killGroup(wrangler);
    return;
  }
  stopped = signal;
  clearInterval(watch);
  wrangler.kill("SIGTERM");
  setTimeout(() => killGroup(wrangler), STOP_MS).unref();
}

/** A killed process cannot end its children itself, so a guard does it. */
function killWithUs({ pid }: ChildProcess): void {
  const file = fileURLToPath(new URL("kill-group.ts", import.meta.url));
  const guard = spawn(process.execPath, program(file, `${pid}`), {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.unref();
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}

/** The arguments that make Node or Deno run a file. */
function program(file: string, ...args: readonly string[]): string[] {
  const flags = "deno" in process.versions ? ["run", "-A"] : ["--no-warnings"];
  return [...flags, file, ...args];
}

/** npm and its shell, or `deno task`; no other process. */
function taskRunner(): number[] {
  const parent = process.ppid;
  if ("deno" in process.versions) return [parent];
  if (process.env.npm_lifecycle_event === undefined) return [];
  try {
    const [command, grandparent] = ps(parent);
    const isShell = /^(ba|da|z|k)?sh$/.test(basename(command));
    return isShell ? [parent, grandparent] : [parent];
  } catch {
    // Without `ps` only the parent is known.
    return [parent];
  }
}

/** Returns the command and the parent of a process. */
function ps(pid: number): [command: string, parent: number] {
  const args = ["-o", "ppid=", "-o", "comm=", "-p", `${pid}`];
  const line = execFileSync("ps", args, { encoding: "utf8" }).trim();
  const [parent = "", ...command] = line.split(/\s+/);
  return [command.join(" "), Number(parent)];
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
