// The terminal client as people have it from npm: `npx edge-chat`, in the installed package, against the real server.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { transform } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startServer } from "../client/support/live-server.ts";
import { installed, project, runs } from "./project.ts";

const config = mkdtempSync(join(tmpdir(), "edge-chat-config-"));
const env = { ...process.env, XDG_CONFIG_HOME: config, APPDATA: config };
let url = "";

beforeAll(async () => {
  const server = await startServer();
  ({ url } = server);
  afterAll(() => server.stop());
});
afterAll(() => rmSync(config, { recursive: true, force: true }));

/** Its lines as they come, and its exit code. */
function npx(args: readonly string[]) {
  const child = spawn("npx", ["--no-install", "edge-chat", ...args], {
    cwd: project,
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[
    Symbol.asyncIterator
  ]();
  const ended = new Promise((resolve) => child.on("close", resolve));
  return { lines, ended, say: (text: string) => child.stdin.end(text) };
}

test("a user who runs npx edge-chat --help or --version reads what they ask for", async () => {
  const help = await runs("npx", ["--no-install", "edge-chat", "--help"]);
  expect(help).toMatch(/^Usage: edge-chat ROOM NAME/);
  const version = await runs("npx", ["--no-install", "edge-chat", "-v"]);
  expect(version).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test("two users of npx edge-chat talk", async () => {
  const bob = npx(["lobby", "bob", "--url", url]);
  const hear = async () => (await bob.lines.next()).value;
  expect(await hear()).toBe("* you are bob in lobby (1 here)");
  const alice = npx(["lobby", "alice", "--url", url]);
  alice.say("hello 李雷\n@bob psst\n");
  expect(await alice.ended).toBe(0);
  expect(await hear()).toBe("* alice joined");
  const heard = [await hear(), await hear()].sort();
  expect(heard).toEqual(["(private) alice: psst", "alice: hello 李雷"]);
  bob.say("");
  expect(await bob.ended).toBe(0);
});

test("a user of a Node without WebSocket, as before 22, gets a sentence and exit code 2", () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--no-experimental-websocket", installed("dist/cli/main.js"), "--help"],
    { encoding: "utf8" },
  );
  expect({ status, stdout, stderr }).toEqual({
    ...{ status: 2, stdout: "" },
    stderr: `edge-chat needs Node 22 or later, and this is ${process.version}.\n`,
  });
});

test("a user of an old Node gets no syntax error from the entry", async () => {
  const code = readFileSync(installed("dist/cli/main.js"), "utf8");
  // The program comes by import(), after the check.
  expect(code).not.toMatch(/^\s*(import|export)\s*[\w{*"]/m);
  const asIs = await transform(code, { target: "esnext" });
  const old = await transform(code, {
    target: "es2015",
    supported: { "dynamic-import": true },
  });
  expect(old.code).toBe(asIs.code);
});
