// Dev shutdown: after a signal to npm, to its script or to the terminal, no process of `npm run dev` is left.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { freshState } from "../hosts/dev-server.ts";

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

const PATIENCE_MS = 40_000;

interface Dev {
  readonly npm: ChildProcess;
  /** The pid of npm, which leads the process group. */
  readonly pid: number;
  /** npm and its descendants. */
  readonly processes: readonly Process[];
  /** The pid of our script, which npm's shell runs. */
  readonly script: number;
}

/** Runs `npm run dev` in its own session until it serves. */
async function startDev(): Promise<Dev> {
  const state = await freshState();
  onTestFinished(state.remove);
  const own = ["--ip", "127.0.0.1", "--port", "0", "--inspector-port", "0"];
  const npm = spawn(
    "npm",
    ["run", "dev", "--", ...own, "--persist-to", state.path],
    {
      detached: true,
      stdio: ["ignore", "pipe", "inherit"],
      // Tests of other hosts silence wrangler; here the test waits for its
      // output.
      env: { ...process.env, WRANGLER_LOG: "log" },
    },
  );
  const { pid = 0 } = npm;
  for await (const line of createInterface({ input: npm.stdout }))
    if (line.includes("Ready on http")) break;
  // Later output must not block it.
  npm.stdout.resume();
  const processes = withDescendants(pid);
  onTestFinished(() => {
    for (const one of alive(processes)) process.kill(one.pid, "SIGKILL");
  });
  const script = processes.find(({ command }) =>
    /^\S*node .*tools\/dev\.ts/.test(command),
  );
  return { npm, pid, processes, script: script?.pid ?? 0 };
}

/**
 * The running processes, without those that have ended and wait for their
 * parent.
 */
function running(): Process[] {
  const columns = ["pid", "ppid", "stat", "args"].flatMap((c) => ["-o", c]);
  const [, ...lines] = execFileSync("ps", ["-A", ...columns], {
    encoding: "utf8",
  })
    .trim()
    .split("\n");
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , state]) => !state?.startsWith("Z"))
    .map(([pid, parent, , ...command]) => ({
      ...{ pid: Number(pid), parent: Number(parent) },
      command: command.join(" "),
    }));
}

function withDescendants(pid: number): Process[] {
  const all = running();
  const found = all.filter((one) => one.pid === pid);
  for (const { pid } of found)
    found.push(...all.filter(({ parent }) => parent === pid));
  return found;
}

function alive(processes: readonly Process[]): Process[] {
  const now = running();
  return processes.filter(({ pid, command }) =>
    now.some((one) => one.pid === pid && one.command === command),
  );
}

/** The processes that are left after a wait for all to end. */
async function left(processes: readonly Process[]): Promise<Process[]> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const some = alive(processes);
    if (some.length === 0 || Date.now() > deadline) return some;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test.for([
  { signal: "SIGTERM", to: "npm" },
  { signal: "SIGHUP", to: "npm" },
  { signal: "SIGTERM", to: "script" },
  { signal: "SIGKILL", to: "script" },
  // As Ctrl-C in a terminal does.
  { signal: "SIGINT", to: "group" },
] as const)(
  "a developer who sends $signal to the $to leaves no process behind",
  async ({ signal, to }) => {
    const { npm, pid, processes, script } = await startDev();
    const commands = processes.map(({ command }) => command).join("\n");
    expect(commands).toContain("workerd");
    expect(script).toBeGreaterThan(0);
    const ended = once(npm, "exit");
    process.kill({ npm: pid, script, group: -pid }[to], signal);
    await ended;
    expect(await left(processes)).toEqual([]);
  },
);
