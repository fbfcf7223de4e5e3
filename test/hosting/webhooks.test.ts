// Webhook request tests: what leaves a server is signed, holds the wanted types of events only, and waits no longer than it may.

import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { DeliverEvents } from "../../src/core/shared/event-batches.ts";
import { readRetryAfter } from "../../src/hosting/webhooks/post.ts";
import { Webhooks } from "../../src/hosting/webhooks/webhooks.ts";

const URL_OF_APP = "https://app.example/hook?key=secret";
const SECRETS = ["a", "b"].map((letter) => `whsec_${btoa(letter.repeat(32))}`);
const NOW = Date.parse("2026-11-28T12:00:00Z");
const frame = {
  ...{ type: "message", seq: 7, room: "lobby", user: "u".repeat(16) },
  ...{ username: "alice", at: NOW, text: "héllo" },
};
const batch: DeliverEvents = {
  ...{ type: "events", room: "lobby", epoch: "E", from: 7, to: 7 },
  ...{ lines: [JSON.stringify(frame)], at: NOW + 500 },
};

interface Sent {
  readonly url: string;
  readonly init: {
    readonly body: string;
    readonly headers: Record<string, string>;
    readonly redirect: string;
    readonly signal: AbortSignal;
  };
}
type Requested = Omit<Sent["init"], "body"> & { readonly body: Uint8Array };
const sent: Sent[] = [];
const logged: Readonly<Record<string, unknown>>[] = [];
let respond: () => Response | Promise<Response>;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  [sent.length, logged.length] = [0, 0];
  respond = () => new Response(null, { status: 204 });
  vi.stubGlobal("fetch", (url: string, init: Requested) => {
    const body = new TextDecoder().decode(init.body);
    sent.push({ url, init: { ...init, body } });
    const aborted = new Promise<never>((_, reject) =>
      init.signal.addEventListener("abort", () => reject(init.signal.reason)),
    );
    return Promise.race([Promise.resolve().then(respond), aborted]);
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function deliver(op = batch, wanted = ["*"], secrets = SECRETS) {
  const settings = {
    ...{ WEBHOOK_URL: [URL_OF_APP], WEBHOOK_SECRET: secrets },
    WEBHOOK_EVENTS: wanted,
  };
  const webhooks = new Webhooks(settings, (entry) => logged.push(entry));
  const [reply] = await webhooks.ask(URL_OF_APP, [op]);
  return reply;
}

test("a request is signed by each secret, so that an app can change its secret", async () => {
  expect(await deliver()).toEqual({ type: "done" });
  const [{ url, init } = { url: "", init: undefined }] = sent;
  expect(url).toBe(URL_OF_APP);
  expect(init?.redirect).toBe("manual");
  for (const secret of SECRETS)
    expect(
      new Webhook(secret).verify(init?.body ?? "", init?.headers ?? {}),
    ).toEqual({
      type: "batch",
      timestamp: "2026-11-28T12:00:00.000Z",
      data: {
        ...{ room: "lobby", epoch: "E", from: 7, to: 7 },
        events: [
          {
            ...{ id: "E:7", type: "message.created", data: frame },
            timestamp: "2026-11-28T12:00:00.000Z",
          },
        ],
      },
    });
  const other = new Webhook(`whsec_${btoa("c".repeat(32))}`);
  expect(() => other.verify(init?.body ?? "", init?.headers ?? {})).toThrow();
});

test("a repeat has the same id and body, and the time of the attempt", async () => {
  await deliver();
  vi.setSystemTime(NOW + 300_000);
  await deliver({ ...batch, at: NOW + 300_000 });
  const [first, again] = sent.map(({ init }) => init);
  expect(again?.body).toBe(first?.body);
  expect(again?.headers["webhook-id"]).toBe("E:7-7");
  expect(first?.headers["webhook-id"]).toBe("E:7-7");
  expect(again?.headers["webhook-timestamp"]).toBe(`${NOW / 1000 + 300}`);
});

test.each([
  [["message.deleted", "member.*"], 0],
  [["message.created"], 1],
  [["message.*"], 1],
  [["*"], 1],
])(
  "an app that wants %j gets %i requests for a message",
  async (wanted, count) => {
    expect(await deliver(batch, wanted)).toEqual({ type: "done" });
    expect(sent).toHaveLength(count);
  },
);

test("an app is told of a gap, whatever it wants", async () => {
  const gap = { ...batch, lines: [], gapAfter: { epoch: "E", seq: 6 } };
  await deliver(gap, ["report.created"]);
  const body = JSON.parse(sent[0]?.init.body ?? "");
  expect(body.data.events).toMatchObject([
    {
      id: "E:gap-7",
      type: "webhook.gap",
      data: { from: 7, to: 7, after: "E:6" },
    },
  ]);
});

test.each([
  [200, "done"],
  [299, "done"],
  [301, "refused"],
  [400, "refused"],
  [410, "endpoint-gone"],
  [500, "refused"],
])(
  "an answer with the status %i means %s to the room",
  async (status, type) => {
    respond = () => new Response(null, { status });
    expect(await deliver()).toMatchObject({ type });
  },
);

test("after an answer no timer is left, which would keep a room awake", async () => {
  for (const status of [204, 500]) {
    respond = () => new Response("x", { status });
    await deliver();
    expect(vi.getTimerCount()).toBe(0);
  }
});

test("a request without an answer in 15 seconds is a failure", async () => {
  respond = () => new Promise<Response>(() => undefined);
  const reply = deliver();
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  await vi.advanceTimersByTimeAsync(15_000);
  expect(await reply).toMatchObject({ type: "refused", code: "unavailable" });
  expect(logged).toMatchObject([{ reason: "TimeoutError" }]);
});

test("a room learns how long to wait", async () => {
  respond = () =>
    new Response("busy", { status: 503, headers: { "Retry-After": "90" } });
  expect(await deliver()).toEqual({
    ...{ type: "refused", code: "unavailable", retryAfter: 90_000 },
  });
});

test.each([
  [null, null],
  ["", null],
  ["soon", null],
  ["-5", null],
  ["120", 120_000],
  ["99999999", 86_400_000],
  ["Sat, 28 Nov 2026 12:01:00 GMT", 60_000],
  ["Sat, 28 Nov 2026 11:00:00 GMT", 0],
])("the header Retry-After: %s is %j ms", (header, ms) => {
  expect(readRetryAfter(header, NOW)).toBe(ms);
});

test("the log of a failure has the host, and neither path nor text", async () => {
  respond = () => {
    throw new TypeError(`Cannot reach ${URL_OF_APP} with ${frame.text}`);
  };
  expect(await deliver()).toMatchObject({ type: "refused" });
  expect(logged).toEqual([
    {
      ...{ room: "lobby", event: "webhook failed" },
      ...{ host: "app.example", reason: "TypeError" },
    },
  ]);
});
