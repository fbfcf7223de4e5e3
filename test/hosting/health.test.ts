// Health: a monitor learns from /health what is ill, and no name of a room or a person.
import { expect, onTestFinished, test, vi } from "vitest";
import { type Backend, createApp } from "../../src/app.ts";
import type { Database } from "../../src/deno/database.ts";
import type { Host } from "../../src/deno/host.ts";
import { Access } from "../../src/http/access.ts";
import { createAppTokens } from "../../src/http/app-tokens.ts";
import { DEFAULT_SETTINGS } from "../../src/protocol/settings.ts";
import {
  joinGuest,
  openDatabase,
  openHost,
  settled,
} from "../deno/support/fakes.ts";
import { NO_OBJECTS } from "../http/support/no-objects.ts";

const HEALTHY = { status: 200, body: { ok: true } };

/** @returns a function that asks for the health of an app with this backend */
function healthOf(backend: Partial<Backend>) {
  const all: Backend = {
    ...NO_OBJECTS,
    socketIo: async () => new Response(),
    connect: async () => new Response(),
    ask: async () => ({ type: "done" }),
    file: async () => null,
    storageProblem: () => null,
    source: () => ({
      ...{ address: null, isDirect: false },
      mayConnect: async () => true,
    }),
    ...backend,
  };
  const settings = DEFAULT_SETTINGS;
  const appTokens = createAppTokens(settings);
  const access = new Access({ settings, appTokens, adminSecret: null });
  const app = createApp({ backend: () => all, access: () => access });
  return async () => {
    const response = await app.request("http://chat.example/health");
    return { status: response.status, body: await response.json() };
  };
}

/** A clock that the test sets: nothing is asked twice within five seconds. */
function useClock() {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
}

/** A host on Deno whose file has no more pages than it has now. */
function fullHost(): { host: Host; database: Database; makeSpace(): void } {
  const database = openDatabase();
  const settings = { WEBHOOK_URL: ["https://app.example/hook"] };
  const host = openHost({ database, settings });
  const limit = (pages: number) =>
    database.exec(`PRAGMA max_page_count = ${pages}`);
  const [{ page_count: pages } = {}] = database.exec("PRAGMA page_count");
  limit(Number(pages) + 20);
  return { host, database, makeSpace: () => void limit(1_000_000) };
}

function healthOfHost(host: Host) {
  return healthOf({
    storageProblem: () => host.checkStorage(),
    failingWebhooks: () => host.checkWebhooks(),
    askObject: (to, ops) => host.ask(to, ops),
  });
}

test("a monitor reads 503 and `full` while the disk is full, users get no ack, and all goes on once there is space", async () => {
  const { host, makeSpace } = fullHost();
  const health = healthOfHost(host);
  expect(await health()).toEqual(HEALTHY);
  const alice = await joinGuest(host, "kitchen", "alice");
  const text = "x".repeat(4000);
  for (let n = 0; alice.socket.closed === null && n < 100; n++) {
    alice.send({ type: "message", text, id: `${n}` });
    await settled();
  }
  expect(alice.socket.closed).toMatchObject({ reason: "restarted" });
  const acked = alice.socket.of("ack").length;
  expect(acked).toBeLessThan(30);
  const full = { status: 503, body: { ok: false, storage: "full" } };
  expect(await health()).toEqual(full);
  makeSpace();
  const back = await joinGuest(host, "kitchen", "alice2");
  back.send({ type: "message", text: "again", id: "again" });
  await settled();
  expect(back.socket.of("ack")).toMatchObject([{ seq: acked + 1 }]);
  expect(await health()).toEqual(HEALTHY);
});

test("a monitor reads 503 where no directory answers: users cannot join", async () => {
  useClock();
  const unreachable = {
    status: 503,
    body: { ok: false, directory: "unreachable" },
  };
  let ask = () => Promise.reject(new Error("overloaded"));
  const askObject = vi.fn((): Promise<never> => ask());
  const health = healthOf({ askObject });
  expect(await health()).toEqual(unreachable);
  // A crowd of monitors does not ask a directory each time.
  for (let n = 0; n < 10; n++) await health();
  expect(askObject).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(5000);
  // It does not answer at all.
  ask = () => new Promise(() => undefined);
  const slow = health();
  await vi.advanceTimersByTimeAsync(3000);
  expect(await slow).toEqual(unreachable);
  vi.advanceTimersByTime(5000);
  ask = () => Promise.resolve([] as never);
  expect(await health()).toEqual(HEALTHY);
});

test("a monitor reads of webhooks that are stuck, and that the server works all the same", async () => {
  const now = Date.now();
  let since = now - 599_000;
  const health = healthOf({ failingWebhooks: () => ({ count: 3, since }) });
  expect(await health()).toEqual(HEALTHY);
  since = now - 3_600_000;
  expect(await health()).toEqual({
    status: 200,
    body: { ok: true, webhooks: { count: 3, seconds: expect.any(Number) } },
  });
});
