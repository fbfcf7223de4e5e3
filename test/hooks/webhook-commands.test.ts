// Webhook command tests: the server of an app answers the commands of its users by signed requests.

import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createHookRunner } from "../../src/hooks/hook-runner.ts";
import type { Hooks } from "../../src/hooks/hooks.ts";
import { withWebhookCommands } from "../../src/hooks/webhook-commands.ts";
import { readSettings } from "../../src/protocol/settings.ts";

const SECRET = `whsec_${btoa("s".repeat(32))}`;
const settings = readSettings({
  WEBHOOK_URL: "https://app.example/hook,https://app.example/other",
  WEBHOOK_SECRET: SECRET,
  WEBHOOK_COMMANDS: "roll",
  TEXT_MAX: 20,
});
const alice = { id: "u".repeat(16), username: "alice", kind: "guest" } as const;

interface Sent {
  readonly url: string;
  readonly body: string;
  readonly headers: Record<string, string>;
}
interface Requested extends Pick<Sent, "headers"> {
  readonly body: Uint8Array;
}
const sent: Sent[] = [];
let respond: () => Response;

beforeEach(() => {
  sent.length = 0;
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  vi.stubGlobal("fetch", async (url: string, init: Requested) => {
    const body = new TextDecoder().decode(init.body);
    sent.push({ url, body, headers: init.headers });
    return respond();
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** The verdict on /roll 20 where the server answers so. */
async function roll(answer: () => Response, id?: string) {
  respond = answer;
  const hooks = withWebhookCommands({}, settings, () => undefined);
  const runner = createHookRunner(hooks, {}, settings);
  const asked = runner?.hooks.command?.({
    ...{ room: "lobby", user: alice, name: "roll", args: "20" },
    ...(id !== undefined && { id }),
  });
  if (asked?.type !== "pending") return asked;
  const op = { type: "verdict", ticket: asked.ticket } as const;
  return (await runner?.ask([op]))?.[0];
}

const json =
  (value: unknown, status = 200) =>
  () =>
    new Response(JSON.stringify(value), { status });

test("the first URL gets the command, signed, and its answer goes to the room and to the asker", async () => {
  const verdict = await roll(json({ say: "rolled 7", reply: ["a", "b"] }), "c");
  expect(verdict).toEqual({
    ...{ type: "allowed", says: ["rolled 7"], replies: ["a", "b"] },
  });
  const [{ url, body, headers } = { url: "", body: "", headers: {} }] = sent;
  expect(url).toBe("https://app.example/hook");
  expect(new Webhook(SECRET).verify(body, headers)).toMatchObject({
    type: "command",
    data: {
      ...{ room: "lobby", command: "roll", args: "20", id: "c", user: alice },
    },
  });
});

test("a command that is sent again has the same webhook-id, and another one another", async () => {
  for (const id of ["c", "c", "d"]) await roll(json({}), id);
  const ids = sent.map(({ headers }) => headers["webhook-id"]);
  expect(ids[0]).toMatch(/^[\da-f]{32}$/);
  expect(ids[1]).toBe(ids[0]);
  expect(ids[2]).not.toBe(ids[0]);
});

test.each<[string, () => Response, object]>([
  ["nothing", () => new Response(null, { status: 204 }), { type: "allowed" }],
  [
    "a denial",
    json({ deny: { code: "forbidden", message: "No." } }),
    {
      ...{ type: "refused", code: "forbidden", message: "No." },
    },
  ],
  ["status 500", json({}, 500), { type: "refused", code: "unavailable" }],
  ["a redirect", json({}, 302), { type: "refused", code: "unavailable" }],
  ["no JSON", () => new Response("OK"), { type: "refused", code: "internal" }],
  ["another shape", json({ say: 7 }), { type: "refused", code: "internal" }],
  ["a list", json([]), { type: "refused", code: "internal" }],
  [
    "bytes that are no text",
    () => new Response(Uint8Array.of(0x7b, 0xff, 0x7d)),
    { type: "refused", code: "internal" },
  ],
  ["a long text", json({ say: "x".repeat(21) }), { code: "internal" }],
  ["many texts", json({ reply: Array(11).fill("x") }), { code: "internal" }],
  ["100 KiB", () => new Response("x".repeat(102_400)), { code: "unavailable" }],
  ["an unknown code", json({ deny: { code: "no" } }), { code: "internal" }],
])("a server that answers %s", async (_, answer, verdict) => {
  expect(await roll(answer)).toMatchObject(verdict);
});

test("an app with onCommand answers by itself, and a server without commands asks nobody", () => {
  const hooks: Hooks = { onCommand: { dice() {} } };
  expect(withWebhookCommands(hooks, settings)).toBe(hooks);
  const none = readSettings({});
  expect(createHookRunner(withWebhookCommands({}, none), {}, none)).toBeNull();
});
