// Proxies: the blocks of docs/guides/proxies.md work in a real nginx and a real Caddy, with WebSockets and admin streams.
import { request } from "node:http";
import { describe, expect, test } from "vitest";
import WebSocket from "ws";
import { askRaw, UPGRADE_HEADERS } from "../conformance/support/http-client.ts";
import { serve } from "../deno/support/servers.ts";
import {
  blockOf,
  HOST,
  settingsOfDocs,
  startCaddy,
  startNginx,
} from "./support/proxy.ts";

const SECRET = "correct-horse-battery";
const own = { Host: HOST, Origin: `https://${HOST}` };

const setups = [
  ["nginx", startNginx, ""],
  ["nginx, below a path", startNginx, "/chat"],
  ["Caddy", startCaddy, ""],
  ["Caddy, below a path", startCaddy, "/chat"],
] as const;

/** The server with the settings of the page, behind that proxy. */
async function behind(
  heading: string,
  startProxy: typeof startNginx,
  more: Record<string, string> = {},
) {
  const env = { ...settingsOfDocs(), ADMIN_SECRET: SECRET, ...more };
  const { url } = await serve({ env });
  const proxy = await startProxy(blockOf(heading), url);
  // The clients of test/conformance send their requests there.
  process.env.EDGE_CHAT_URL = proxy;
  return { server: url, proxy };
}

describe.each(setups)("%s", (heading, startProxy, path) => {
  test("serves the page, what it loads, and the rooms", async () => {
    await behind(heading, startProxy);
    const page = await askRaw(`${path}/`, { Host: HOST });
    expect(page.status).toBe(200);
    const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)];
    expect(files.length).toBeGreaterThan(1);
    for (const [, file = ""] of files) {
      const { pathname } = new URL(file, `https://${HOST}${path}/`);
      expect((await askRaw(pathname, { Host: HOST })).status).toBe(200);
    }
    for (const room of ["lobby", encodeURIComponent("李雷的房间")]) {
      const answer = await askRaw(`${path}/rooms/${room}/messages`, own);
      expect(JSON.parse(answer.text)).toMatchObject({ messages: [] });
    }
  });

  test("passes a WebSocket of the site's own page, and of no other", async () => {
    const { proxy } = await behind(heading, startProxy);
    const url = `${proxy.replace("http", "ws")}${path}/rooms/lobby?username=ann`;
    const socket = new WebSocket(url, { headers: own });
    const first = await new Promise<string>((resolve, reject) => {
      socket.once("message", (data) => resolve(String(data)));
      socket.once("error", reject);
    });
    expect(JSON.parse(first)).toMatchObject({ type: "welcome" });
    socket.terminate();
    const evil = { ...own, Origin: "https://evil.example", ...UPGRADE_HEADERS };
    const answer = await askRaw(`${path}/rooms/lobby`, evil);
    expect(answer.status).toBe(403);
  });

  test("tells the addresses apart, whatever a client says of its own", async () => {
    await behind(heading, startProxy, { CONNECTS_PER_MINUTE: "3" });
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) {
      const spoofed = { "X-Forwarded-For": `203.0.113.${i}` };
      const headers = { ...own, ...UPGRADE_HEADERS, ...spoofed };
      statuses.push((await askRaw(`${path}/rooms/lobby`, headers)).status);
    }
    expect(statuses).toEqual([101, 101, 101, 429, 429]);
  });

  test("streams an import of several MB, and the export of it", async () => {
    const { proxy } = await behind(heading, startProxy);
    const room = `${proxy}${path}/admin/rooms/lobby`;
    const answer = await admin(`${room}/import`, exported(3000));
    expect(answer.status).toBe(200);
    const lines = (await admin(`${room}/export`)).text.trim().split("\n");
    expect(lines).toHaveLength(3001);
  });
});

/** A log of so many messages of a thousand letters. */
function exported(seq: number): string {
  const header = { type: "export", version: 1, room: "lobby", epoch: "e" };
  const message = (_: unknown, i: number) => ({
    type: "message",
    seq: i + 1,
    room: "lobby",
    user: "I714HLP3DH4UC_Fs",
    username: "ann",
    text: "x".repeat(1000),
    at: 1_750_000_000_000,
  });
  return [{ ...header, first: 1, seq }, ...Array.from({ length: seq }, message)]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");
}

/** By node:http, since fetch chooses the Host itself. */
function admin(
  url: string,
  body?: string,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: body === undefined ? "GET" : "POST",
      headers: { Host: HOST, Authorization: `Bearer ${SECRET}` },
      agent: false,
    });
    sent.on("error", reject);
    sent.on("response", async (answer) => {
      const text = Buffer.concat(await answer.toArray()).toString();
      resolve({ status: answer.statusCode ?? 0, text });
    });
    sent.end(body);
  });
}

test.each(setups.filter(([, , path]) => path !== ""))(
  "%s, leads from the path without its slash to the page",
  async (heading, startProxy, path) => {
    await behind(heading, startProxy);
    const { status, headers } = await askRaw(path, { Host: HOST });
    expect([301, 302]).toContain(status);
    expect(headers.location).toMatch(/\/chat\/$/);
  },
);

test("Caddy may show the page at a path without a slash, which is BASE_PATH", async () => {
  const block = `${HOST} {\nhandle_path /chat* {\nreverse_proxy 127.0.0.1:8787\n}\n}\n`;
  const env = { ...settingsOfDocs(), BASE_PATH: "/chat" };
  process.env.EDGE_CHAT_URL = await startCaddy(
    block,
    (await serve({ env })).url,
  );
  const page = await askRaw("/chat", { Host: HOST });
  expect(page.status).toBe(200);
  const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)];
  expect(files.length).toBeGreaterThan(1);
  for (const [, file = ""] of files) {
    expect(file).toMatch(/^\/chat\//);
    expect((await askRaw(file, { Host: HOST })).status).toBe(200);
  }
});

test("nginx that passes its own Host is admitted where the name is listed", async () => {
  const block = blockOf("nginx").replace(/ *proxy_set_header Host .*\n/, "");
  const { url } = await serve({ env: settingsOfDocs() });
  process.env.EDGE_CHAT_URL = await startNginx(block, url);
  const upgrade = { ...own, ...UPGRADE_HEADERS };
  expect((await askRaw("/rooms/lobby", upgrade)).status).toBe(101);
  const evil = { ...upgrade, Origin: "https://evil.example" };
  expect((await askRaw("/rooms/lobby", evil)).status).toBe(403);
});
