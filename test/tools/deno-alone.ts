// `npm run test:deno-alone`: README's Deno section on a machine that has Deno and nothing else, as far as this one can play it.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { denoBinary } from "../hosts/deno-binary.ts";

const START_PATIENCE_MS = 60_000;

const place = mkdtempSync(join(tmpdir(), "edge-chat-alone-"));
const checkout = join(place, "edge-chat");
const bin = join(place, "bin");
const deno = join(bin, basename(denoBinary()));
/** All that is on the path is Deno; what it fetches is kept for the next run. */
const env = {
  ...process.env,
  EDGE_CHAT_URL: undefined,
  EDGE_CHAT_HOST: undefined,
  PATH: bin,
  NO_COLOR: "1",
  // The machine's certificates too: some networks have one of their own.
  DENO_TLS_CA_STORE: "system,mozilla",
};

try {
  prepare();
  await run("install", "--quiet");
  await run("task", "check");
  await run("task", "test");
  await serves(["task", "start", "--port", "0"], "SIGTERM");
  await serves(["task", "dev", "--port", "0", "--inspector-port", "0"]);
  console.log("\nWith Deno alone: installed, checked, tested, started.");
} finally {
  rmSync(place, { recursive: true, force: true, maxRetries: 3 });
}

/** A checkout of what git has or would take, and a path with Deno on it. */
function prepare(): void {
  const list = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const files = execFileSync("git", list, { encoding: "utf8" }).split("\0");
  for (const file of files.filter(Boolean)) {
    mkdirSync(dirname(join(checkout, file)), { recursive: true });
    cpSync(file, join(checkout, file));
  }
  mkdirSync(bin);
  symlinkSync(denoBinary(), deno);
}

async function run(...args: string[]): Promise<void> {
  console.log(`\n$ deno ${args.join(" ")}`);
  const child = spawn(deno, args, { cwd: checkout, env, stdio: "inherit" });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`deno ${args.join(" ")} ended with ${code}.`);
}

/**
 * Starts a server, which must serve the page.
 *
 * @param signal to the task, which must end the server in order
 */
async function serves(args: string[], signal?: "SIGTERM"): Promise<void> {
  console.log(`\n$ deno ${args.join(" ")}`);
  const child = spawn(deno, args, {
    cwd: checkout,
    env: { ...env, CI: "1" },
    // A group of its own: `dev` is several processes.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    const url = await found(child);
    for (const path of ["/", "/health"]) {
      const { status } = await fetch(new URL(path, url));
      console.log(`GET ${path} ${status}`);
      if (status !== 200) throw new Error(`${path} is not served.`);
    }
    if (signal === undefined) return;
    child.kill(signal);
    const [code] = await once(child, "exit");
    console.log(`${signal}: exit ${code}`);
    if (code !== 0) throw new Error("It did not end in order.");
  } finally {
    endGroup(child);
  }
}

/** Where it says that it listens. */
function found(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) =>
      reject(new Error(`The server did not start (${why}).`));
    const patience = setTimeout(() => fail("in time"), START_PATIENCE_MS);
    child.once("exit", (code) => fail(`exit ${code}`));
    for (const stream of [child.stdout, child.stderr])
      if (stream !== null)
        createInterface({ input: stream }).on("line", (line) => {
          console.log(line);
          const url = /(?:listening|Ready on).*?(http:\/\/[^\s"]+)/.exec(line);
          if (url?.[1] === undefined) return;
          clearTimeout(patience);
          resolve(url[1]);
        });
  });
}

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}
