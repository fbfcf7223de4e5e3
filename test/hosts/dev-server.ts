// Dev server: starts the server as `npm run dev` does, in a process group that a test can kill, with data on disk.
import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };

export interface DevOptions {
  /** The folder of the data, which is kept over a kill. */
  readonly state: string;
  readonly port: number;
  readonly vars?: Readonly<Record<string, string | number>>;
  /** An entry for tests, instead of the server's own. */
  readonly entry?: string;
}

export interface DevServer {
  readonly url: string;
  /** All printed text. */
  readonly output: () => string;
  /** Sends SIGKILL to each process; resolves when none is left. */
  readonly kill: () => Promise<void>;
}

const START_PATIENCE_MS = 80_000;
const KILL_PATIENCE_MS = 30_000;

/** Creates a folder for data, which `remove` deletes. */
export async function freshState() {
  const path = await mkdtemp(join(tmpdir(), "edge-chat-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Systems give no port of these to a connection or to a server at port 0. */
const [FIRST_PORT, LAST_PORT] = [20_000, 32_000];

/** Returns a local port that is free, and that nobody else gets by chance. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    const server = createServer().listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
    } catch {
      // Another server has it.
      continue;
    }
    server.close();
    await once(server, "close");
    return port;
  }
}

/**
 * Resolves when the server is ready.
 *
 * @throws Error with the printed text, if the server does not start
 */
export async function startDev(options: DevOptions): Promise<DevServer> {
  const { port, state } = options;
  const child = spawn(process.execPath, commandLine(options), {
    // A process group: one signal reaches each process.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      NO_COLOR: "1",
      // The default of users, whatever other tests have set.
      WRANGLER_LOG: "log",
      WRANGLER_LOG_PATH: state,
    },
  });
  const group = child.pid;
  if (group === undefined) throw new Error("The server could not be started.");
  const guard = guardian(group);
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      printed += text;
    });
  const kill = async () => {
    await killGroup(group, child, port);
    guard.kill("SIGKILL");
  };
  try {
    await ready(child, () => printed);
  } catch (error) {
    await kill();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, output: () => printed, kill };
}

/** The command of `npm run dev -- ...`, with this process's node. */
function commandLine({ state, port, vars = {}, entry }: DevOptions): string[] {
  const [node, ...script] = manifest.scripts.dev.split(" ");
  if (node !== "node") throw new Error("npm run dev does not run node.");
  const own = ["--ip", "127.0.0.1", "--port", `${port}`];
  const more = ["--inspector-port", "0", "--persist-to", state];
  const settings = Object.entries(vars).flatMap(([name, value]) => [
    "--var",
    `${name}:${value}`,
  ]);
  const main = entry === undefined ? [] : [entry];
  return [...script, ...main, ...own, ...more, ...settings];
}

/** Kills the group when this process ends in any way. */
function guardian(group: number): ChildProcess {
  const watch = `process.stdin.resume().on("close", () => {
    try { process.kill(${-group}, "SIGKILL"); } catch {}
  })`;
  const guard = spawn(process.execPath, ["-e", watch], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.unref();
  return guard;
}

async function ready(child: ChildProcess, printed: () => string) {
  const deadline = Date.now() + START_PATIENCE_MS;
  for (;;) {
    const output = printed();
    if (/Ready on http/.test(output)) return;
    const isOver = child.exitCode !== null || child.signalCode !== null;
    if (isOver || /failed to start|Address already in use/.test(output))
      throw new Error(`The server did not start. It printed:\n${output}`);
    if (Date.now() > deadline)
      throw new Error(`The server was not ready in time:\n${output}`);
    await pause();
  }
}

async function killGroup(group: number, child: ChildProcess, port: number) {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // It is gone already.
  }
  if (child.exitCode === null && child.signalCode === null)
    await once(child, "exit");
  // The other processes got the signal too: wait until the port is free.
  const deadline = Date.now() + KILL_PATIENCE_MS;
  while (await isListening(port)) {
    if (Date.now() > deadline) throw new Error("The server does not die.");
    await pause();
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 25));
}
