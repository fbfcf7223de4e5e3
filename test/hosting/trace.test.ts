// Trace: the trace context of a user's or a backend's request reaches the app's hooks and webhooks.
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { createApp } from "../../src/app.ts";
import { readTraceparent } from "../../src/core/shared/trace.ts";
import { Host } from "../../src/deno/host.ts";
import { createHookRunner } from "../../src/hooks/hook-runner.ts";
import { createPrivateCheck } from "../../src/hooks/private-check.ts";
import { allow } from "../../src/hooks/verdict.ts";
import { Access } from "../../src/http/access.ts";
import { createAppTokens } from "../../src/http/app-tokens.ts";
import { readConnectRequest } from "../../src/http/connect-request.ts";
import { ServerKeys } from "../../src/http/server-keys.ts";
import { DEFAULT_SETTINGS, readSettings } from "../../src/protocol/settings.ts";
import { FakeSocket, openDatabase, settled } from "../deno/support/fakes.ts";
import { NO_OBJECTS } from "../http/support/no-objects.ts";

const trace = (n: number) => `00-${`${n}`.repeat(32)}-${"b".repeat(16)}-01`;
const [UPGRADE, PUBLISH, PRIVATE] = [trace(1), trace(2), trace(3)];
const SECRET = "s".repeat(32);

afterEach(() => void vi.unstubAllGlobals());

/** A server on Deno with hooks and a webhook, which note the traces. */
async function traced() {
  const heard: Record<string, unknown[]> = {};
  const note = (name: string, traceparent: unknown) => {
    heard[name] ??= [];
    heard[name].push(traceparent);
  };
  vi.stubGlobal("fetch", async (_: string, init: { headers: object }) => {
    note("webhook", Object(init.headers).traceparent);
    return new Response(null, { status: 204 });
  });
  const bytes = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(SECRET),
  );
  const hash = Buffer.from(bytes).toString("hex");
  const settings = {
    ...DEFAULT_SETTINGS,
    ...readSettings({
      WEBHOOK_URL: "https://app.example/hook",
      WEBHOOK_SECRET: `whsec_${btoa("x".repeat(32))}`,
      WEBHOOK_EVENTS: "message.created, private.created",
      API_KEYS: `backend:${hash}:publish`,
    }),
  };
  const hooks = {
    // A promise: the verdict comes in a later event of the room.
    onJoin: async ({ traceparent }: { traceparent?: string }) => {
      note("onJoin", traceparent);
      return allow();
    },
    onMessage: async ({ traceparent }: { traceparent?: string }) => {
      note("onMessage", traceparent);
      return allow();
    },
    onPrivate: ({ traceparent }: { traceparent?: string }) => {
      note("onPrivate", traceparent);
      return allow();
    },
  };
  const app = createHookRunner(hooks, {}, settings);
  const appTokens = createAppTokens(settings);
  const host = new Host({
    ...{ database: openDatabase(), settings, openMax: 100, appTokens, app },
  });
  onTestFinished(() => host.stop());
  const keys = new ServerKeys(settings.API_KEYS);
  const access = new Access(
    { settings, appTokens, adminSecret: null, keys },
    null,
    createPrivateCheck(app),
  );
  const http = createApp({
    access: () => access,
    backend: () => ({
      ...NO_OBJECTS,
      platform: {
        hash: (text: string) => text.padEnd(43, "x").slice(0, 43),
        random: () => "random",
      },
      askObject: (to, ops) => host.ask(to, ops),
      ask: async () => ({ type: "done" }),
      connect: async () => new Response(),
      socketIo: async () => new Response(),
      file: async () => null,
      storageProblem: () => null,
      source: () => ({
        ...{ address: null, isDirect: false },
        mayConnect: async () => true,
      }),
    }),
  });
  const post = async (path: string, traceparent: string) => {
    const response = await http.request(`http://chat.example${path}`, {
      method: "POST",
      headers: {
        Authorization: `Bearer ek_backend_${SECRET}`,
        ...{ "Content-Type": "application/json", traceparent },
      },
      body: JSON.stringify({
        text: "hi",
        as: { id: "ci", username: "Builds" },
      }),
    });
    expect(response.status).toBe(201);
  };
  const join = async (username: string, headers: Record<string, string>) => {
    const socket = new FakeSocket();
    const peer = host.connect("lobby", socket);
    const url = `http://chat.example/rooms/lobby?username=${username}`;
    host.opened(peer, readConnectRequest(new Request(url, { headers })));
    await vi.waitFor(() => expect(socket.of("welcome")).toHaveLength(1));
    return {
      socket,
      send: (frame: object) => host.received(peer, JSON.stringify(frame)),
    };
  };
  return { heard, post, join };
}

test("the trace of a user's upgrade reaches the hooks and the webhook, and that of a backend's request too", async () => {
  const { heard, post, join } = await traced();
  const alice = await join("alice", { traceparent: UPGRADE });
  alice.send({ type: "message", text: "hello", id: "1" });
  await vi.waitFor(() => expect(heard.webhook).toEqual([UPGRADE]));
  expect(heard).toMatchObject({ onJoin: [UPGRADE], onMessage: [UPGRADE] });
  await post("/rooms/lobby/messages", PUBLISH);
  await vi.waitFor(() => expect(heard.webhook).toEqual([UPGRADE, PUBLISH]));
  expect(heard.onMessage).toEqual([UPGRADE, PUBLISH]);
  await post("/users/alice/messages", PRIVATE);
  await vi.waitFor(() =>
    expect(heard.webhook).toEqual([UPGRADE, PUBLISH, PRIVATE]),
  );
  expect(heard.onPrivate).toEqual([PRIVATE]);
});

test("a user without a trace has none, also beside one who has", async () => {
  const { heard, join } = await traced();
  const alice = await join("alice", { traceparent: UPGRADE });
  const bob = await join("bob", { traceparent: "junk" });
  alice.send({ type: "message", text: "hello", id: "1" });
  await vi.waitFor(() => expect(heard.webhook).toEqual([UPGRADE]));
  bob.send({ type: "message", text: "hello", id: "2" });
  await vi.waitFor(() => expect(heard.webhook).toEqual([UPGRADE, undefined]));
  expect(heard.onJoin).toEqual([UPGRADE, undefined]);
  expect(heard.onMessage).toEqual([UPGRADE, undefined]);
  await settled();
});

test("a header that is no traceparent is ignored", () => {
  expect(readTraceparent(UPGRADE)).toBe(UPGRADE);
  for (const wrong of [
    ...[null, 5, "", "junk", UPGRADE.replace("b", "B"), `${UPGRADE}-x`],
    ...[UPGRADE.replace("00-", "ff-"), trace(0)],
    UPGRADE.replace("b".repeat(16), "0".repeat(16)),
  ])
    expect(readTraceparent(wrong)).toBeNull();
});
