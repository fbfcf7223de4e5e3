// Deno alone: `npm run test:deno-alone` follows docs/guides/deno.md with nothing but Deno on the path.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { denoBinary } from "../hosts/deno-binary.ts";

const START_PATIENCE_MS = 60_000;

const place = mkdtempSync(join(tmpdir(), "edge-chat-alone-"));
const checkout = join(place, "edge-chat");
const bin = join(place, "bin");
const deno = join(bin, basename(denoBinary()));
/**
 * `npm test` plays these against the same server, or in the same engine: here
 * one file of the suite shows that Deno runs it.
 */
const SHOWN = [
  "test/abuse/**",
  "test/conformance/!(history).test.ts",
  "test/core/model/**",
];
/** Serving needs the server's packages and none of the tools. */
const SERVING_BYTES_MAX = 60_000_000;
/** The packages and code that Deno has fetched and compiled for serving. */
const cache = join(place, "cache");
/**
 * Only Deno is on the path. The tools that it fetches are kept for the next
 * run.
 */
const env: NodeJS.ProcessEnv = {
  ...process.env,
  EDGE_CHAT_URL: undefined,
  EDGE_CHAT_HOST: undefined,
  PATH: bin,
  NO_COLOR: "1",
  // Includes the machine's certificates: some networks have their own.
  DENO_TLS_CA_STORE: "system,mozilla",
};

try {
  prepare();
  await servesWithLittle();
  await run("task", "check");
  await run("task", "test", ...SHOWN.flatMap((path) => ["--exclude", path]));
  await serves(["task", "dev", "--port", "0", "--inspector-port", "0"]);
  for (const lock of ["deno.lock", "tools/deno.lock"])
    if (!readFileSync(join(checkout, lock)).equals(readFileSync(lock)))
      throw new Error(`${lock} was changed.`);
  console.log("\nWith Deno alone: installed, checked, tested, started.");
} finally {
  rmSync(place, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * Creates a checkout of all files that git has or would add, and a path with
 * Deno on it.
 */
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

/** Serves a chat on a machine that has fetched nothing yet. */
async function servesWithLittle(): Promise<void> {
  const kept = env.DENO_DIR;
  env.DENO_DIR = cache;
  await run("install", "--quiet");
  await serves(["task", "start", "--port", "0"], "SIGTERM");
  const laidDown = ["node_modules", "dist"].map((name) => join(checkout, name));
  const bytes = [...laidDown, cache].reduce((sum, one) => sum + size(one), 0);
  console.log(`Laid down to serve: ${(bytes / 1e6).toFixed(1)} MB`);
  if (bytes > SERVING_BYTES_MAX) throw new Error("That is too much.");
  // One command is enough too.
  for (const path of [...laidDown, cache]) rmSync(path, { recursive: true });
  await serves(["task", "start", "--port", "0"], "SIGTERM");
  env.DENO_DIR = kept;
}

/** The size in bytes. Each hard link counts, a symbolic link does not. */
function size(path: string): number {
  const found = lstatSync(path);
  if (!found.isDirectory()) return found.isFile() ? found.size : 0;
  return readdirSync(path)
    .map((name) => size(join(path, name)))
    .reduce((sum, one) => sum + one, 0);
}

async function run(...args: string[]): Promise<void> {
  console.log(`\n$ deno ${args.join(" ")}`);
  const child = spawn(deno, args, { cwd: checkout, env, stdio: "inherit" });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`deno ${args.join(" ")} ended with ${code}.`);
}

/**
 * Starts a server and checks that it serves the page.
 *
 * @param signal sent to the task, which must end the server in order
 */
async function serves(args: string[], signal?: "SIGTERM"): Promise<void> {
  console.log(`\n$ deno ${args.join(" ")}`);
  const child = spawn(deno, args, {
    cwd: checkout,
    env: { ...env, CI: "1" },
    // A process group: `dev` is several processes.
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

/** Reads the URL from the output. */
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
