// Socket.IO route: which requests of its clients reach the host, by the settings and the doors.
import { expect, test } from "vitest";
import { type Backend, createApp } from "../../src/app.ts";
import { Access } from "../../src/http/access.ts";
import { readChatConfig } from "../../src/http/chat-config.ts";
import { NO_OBJECTS } from "./support/no-objects.ts";

const POLLING = "/socket.io/?EIO=4&transport=polling";
const WEBSOCKET = "/socket.io/?EIO=4&transport=websocket";
const UPGRADE = { Upgrade: "websocket" };

function appWith(settings: Record<string, unknown>, asksApp = false) {
  const config = readChatConfig(settings);
  const access = new Access(config, asksApp ? async () => null : null);
  const backend: Backend = {
    connect: async () => new Response(),
    socketIo: async ({ kind }, _, { room, username, token }) =>
      Response.json({ kind, room, username, token }),
    ask: async () => ({ type: "info", count: 0, seq: 0, epoch: null }),
    ...NO_OBJECTS,
    file: async () => null,
    storageProblem: () => null,
    source: () => ({
      address: "192.0.2.1",
      isDirect: true,
      mayConnect: async () => true,
    }),
  };
  const app = createApp({ backend: () => backend, access: () => access });
  return (path: string, init: RequestInit = {}) =>
    app.request(`http://localhost${path}`, init);
}

test("a client's transport, room and name reach the host", async () => {
  const ask = appWith({});
  const headers = { ...UPGRADE, Authorization: "Bearer the-secret" };
  for (const [path, init, kind] of [
    [POLLING, {}, "open"],
    [`${POLLING}&sid=abcdefgh`, {}, "poll"],
    [`${POLLING}&sid=abcdefgh`, { method: "POST", body: "1" }, "post"],
    [WEBSOCKET, { headers: UPGRADE }, "open"],
    [`${WEBSOCKET}&sid=abcdefgh`, { headers: UPGRADE }, "upgrade"],
    ["/socket.io?EIO=4&transport=polling", {}, "open"],
    ["/socket.io/?EIO=3&transport=polling", {}, "old"],
  ] as const)
    expect(await (await ask(path, init)).json()).toHaveProperty("kind", kind);
  const named = `${WEBSOCKET}&room=lobby&username=alice`;
  expect(await (await ask(named, { headers })).json()).toEqual({
    kind: "open",
    room: "lobby",
    username: "alice",
    token: "the-secret",
  });
});

test("a client of Socket.IO finds nothing where it is off, or where the app knows its users by requests", async () => {
  for (const ask of [appWith({ SOCKETIO: "off" }), appWith({}, true)]) {
    expect((await ask(POLLING)).status).toBe(404);
    expect((await ask(WEBSOCKET, { headers: UPGRADE })).status).toBe(404);
  }
});

test("a client comes in by WebSocket alone where polling is off", async () => {
  const ask = appWith({ SOCKETIO_POLLING: "off" });
  const polling = await ask(POLLING);
  expect(polling.status).toBe(400);
  expect(await polling.json()).toEqual({
    code: 0,
    message: "Transport unknown",
  });
  const { status } = await ask(WEBSOCKET, { headers: UPGRADE });
  expect(status).toBe(200);
});

test("a client with a token in its URL is told where to put it", async () => {
  const answer = await appWith({})(`${POLLING}&token=secret`);
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain("auth: { token }");
});

test("a page of an allowed site may poll, and one of another may not", async () => {
  const ask = appWith({ ORIGINS: "https://app.example" });
  const from = (Origin: string) => ask(POLLING, { headers: { Origin } });
  const allowed = await from("https://app.example");
  expect(allowed.headers.get("Access-Control-Allow-Origin")).toBe(
    "https://app.example",
  );
  expect((await from("https://evil.example")).status).toBe(403);
  const preflight = await ask(POLLING, {
    method: "OPTIONS",
    headers: {
      Origin: "https://app.example",
      "Access-Control-Request-Method": "POST",
    },
  });
  expect(preflight.headers.get("Access-Control-Allow-Methods")).toContain(
    "POST",
  );
});
