// Dev command: `npm run dev` serves, or prints why it does not start.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { freePort, freshState, startDev } from "../hosts/dev-server.ts";

async function start(vars: Record<string, string | number> = {}) {
  const state = await freshState();
  onTestFinished(state.remove);
  const port = await freePort();
  const server = await startDev({ state: state.path, port, vars });
  onTestFinished(server.kill);
  return server;
}

test("a developer gets the page and the routes, and no warning", async () => {
  const { url, output } = await start();
  const page = await fetch(url);
  expect(page.status).toBe(200);
  expect(page.headers.get("content-type")).toMatch(/^text\/html/);
  expect(await (await fetch(`${url}/health`)).json()).toEqual({ ok: true });
  expect(output()).not.toMatch(/warning|error|▲|✘/i);
});

test("a developer is told a wrong setting, with the values that it may have", async () => {
  await expect(start({ ROOM_HISTORY: 0, RATE_BURST: "lots" })).rejects.toThrow(
    'Wrong settings. ROOM_HISTORY="0": a whole number from 1 to 10000000 (messages that a room keeps at least). RATE_BURST="lots": a whole number from 1 to 1000000 (messages a user may send at once).',
  );
});

test("a developer reads a wrong setting in the last line", async () => {
  const state = await freshState();
  onTestFinished(state.remove);
  const own = ["--port", "0", "--inspector-port", "0"];
  const { status, stderr } = await ended([
    ...["run", "dev", "--", ...own, "--persist-to", state.path],
    ...["--var", "ROOM_HISTORY:abc"],
  ]);
  expect(stderr.trimEnd().split("\n").at(-1)).toBe(
    'edge-chat did not start. Wrong settings. ROOM_HISTORY="abc": a whole number from 1 to 10000000 (messages that a room keeps at least).',
  );
  expect(status).toBe(1);
});

/** The exit code of npm. */
async function ended(args: readonly string[]) {
  const npm = spawn("npm", args, { stdio: ["ignore", "ignore", "pipe"] });
  onTestFinished(() => {
    npm.kill();
  });
  let stderr = "";
  npm.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  const [status] = await once(npm, "close");
  return { status, stderr };
}
