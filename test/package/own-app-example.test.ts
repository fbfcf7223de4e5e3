// Own app example: users who have signed in at the site chat under their names, on both hosts, and nobody else comes in.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createTestHarness } from "wrangler";
import { WebSocket } from "ws";
import { startDeno } from "../hosts/deno.ts";
import { appFolder } from "./app-folder.ts";

// Otherwise the harness asks the network for a location.
process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";

const source = join(import.meta.dirname, "../../examples/own-app");
const SESSION_KEY = "0123456789abcdef".repeat(2);

async function startWorker(): Promise<string> {
  const folder = appFolder("own-app", source, ["hono"]);
  writeFileSync(join(folder, ".dev.vars"), `SESSION_KEY=${SESSION_KEY}\n`);
  const harness = createTestHarness({
    workers: [{ configPath: join(folder, "wrangler.toml") }],
  });
  const { url } = await harness.listen();
  onTestFinished(() => harness.close());
  return url.origin;
}

async function startProcess(): Promise<string> {
  const folder = appFolder("own-app-deno", source, ["hono"]);
  const data = join(folder, "data");
  const command = `-A --no-lock --no-check ${folder}/src/main.ts ${data} 0`;
  const server = await startDeno({ data, command, env: { SESSION_KEY } });
  onTestFinished(async () => void (await server.stop()));
  return server.url;
}

/** @returns the cookie of the session */
async function signIn(url: string, name: string): Promise<string> {
  const response = await fetch(`${url}/sign-in`, {
    ...{ method: "POST", redirect: "manual" },
    body: new URLSearchParams({ name }),
  });
  return response.headers.get("set-cookie")?.split(";")[0] ?? "";
}

/** Opens the lobby as the page of the site does. */
function openLobby(url: string, cookie: string) {
  const path = "/chat/rooms/lobby?format=text&username=me";
  const socket = new WebSocket(url.replace("http", "ws") + path, {
    headers: { Cookie: cookie },
  });
  const lines: string[] = [];
  socket.on("message", (data) => lines.push(`${data}`));
  onTestFinished(() => socket.terminate());
  return { socket, lines };
}

test.for([
  ["Cloudflare", startWorker],
  ["Deno", startProcess],
] as const)(
  "people chat under the names of their sessions on %s",
  async ([, start]) => {
    const url = await start();
    expect(await (await fetch(url)).text()).toContain("Sign in");
    const ann = openLobby(url, await signIn(url, "Ann"));
    await expect
      .poll(() => ann.lines)
      .toContain("* you are Ann in lobby (1 here)");
    const bob = openLobby(url, await signIn(url, "Bob"));
    await expect.poll(() => ann.lines).toContain("* Bob joined");
    bob.socket.send("hello");
    await expect.poll(() => ann.lines).toContain("Bob: hello");

    const forged = openLobby(url, `${await signIn(url, "Eve")}x`);
    await expect
      .poll(() => forged.lines)
      .toContain("! unauthorized: Sign in first.");
    const read = await fetch(`${url}/chat/rooms/lobby/messages`);
    expect(read.status).toBe(401);
  },
);
