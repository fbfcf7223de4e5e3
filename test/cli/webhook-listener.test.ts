// Webhook listener tests: a developer sees the events that a server has signed, and nothing that anybody else sends.

import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { listenForWebhooks } from "../../src/cli/webhook-listener.ts";
import { verifyWebhook } from "../../src/cli/webhook-signature.ts";

const SECRET = `whsec_${btoa("s".repeat(32))}`;
const timestamp = "2026-11-28T12:00:00.000Z";
const message = {
  ...{ id: "E:1", type: "message.created", timestamp },
  data: { username: "alice", text: "hello\u001b[2J\nthere" },
};
const snapshot = {
  ...{ id: "E:p1", type: "presence.snapshot", timestamp },
  data: { count: 1, members: [{ username: "alice" }] },
};
const gap = { id: "E:gap-3", type: "webhook.gap", timestamp, data: { to: 3 } };
const BODY = JSON.stringify({
  type: "batch",
  data: { room: "lobby", events: [message, snapshot, gap] },
});

/** The headers of a server that signs now, or at another time. */
function signed(body: string, at = new Date(), secret = SECRET) {
  return {
    "webhook-id": "E:1-1",
    "webhook-timestamp": `${Math.floor(at.getTime() / 1000)}`,
    "webhook-signature": new Webhook(secret).sign("E:1-1", at, body),
  };
}

/** A listener that has got these requests. */
async function listen(
  requests: readonly RequestInit[],
  json = false,
  secrets = [SECRET],
) {
  const ended = new AbortController();
  const [lines, notes, statuses]: [string[], string[], number[]] = [[], [], []];
  const output = {
    write: (line: string) => void lines.push(line),
    note: (line: string) => void notes.push(line),
  };
  const open = listenForWebhooks(
    { port: 0, json, secrets },
    output,
    ended.signal,
  );
  await expect.poll(() => notes.length).toBe(3);
  const url = notes[1]?.replace("WEBHOOK_URL=", "") ?? "";
  for (const request of requests) {
    const { status } = await fetch(url, {
      method: "POST",
      ...request,
    });
    statuses.push(status);
  }
  ended.abort();
  expect(await open).toBe(true);
  return { lines, notes, statuses };
}

test("a developer reads each event on a line, without anything that acts on the terminal", async () => {
  const { lines, statuses } = await listen([
    { body: BODY, headers: signed(BODY) },
  ]);
  expect(statuses).toEqual([204]);
  expect(lines).toEqual([
    "12:00:00 lobby message.created alice: hello␛[2J there",
    "12:00:00 lobby presence.snapshot: 1: alice",
    "12:00:00 lobby webhook.gap",
  ]);
});

test("a program gets each event as JSON, with its room", async () => {
  const { lines } = await listen([{ body: BODY, headers: signed(BODY) }], true);
  expect(lines.map((line) => JSON.parse(line))).toEqual(
    [message, snapshot, gap].map((event) => ({ room: "lobby", ...event })),
  );
});

test("a request that the server has not signed is refused with the reason, and not printed", async () => {
  const tooOld = signed(BODY, new Date(Date.now() - 600_000));
  const other = signed(BODY, new Date(), `whsec_${btoa("o".repeat(32))}`);
  const { lines, notes, statuses } = await listen([
    { body: BODY },
    { body: BODY, headers: tooOld },
    { body: BODY, headers: other },
    { body: `${BODY} `, headers: signed(BODY) },
    { body: "[]", headers: signed("[]") },
    { body: "x".repeat(1024 * 1024 + 1), headers: signed("") },
    { method: "GET" },
  ]);
  expect(statuses).toEqual([401, 401, 401, 401, 400, 413, 405]);
  expect(lines).toEqual([]);
  expect(notes.slice(3)).toHaveLength(7);
});

test("without a secret the command makes one, and says the settings", async () => {
  const { notes } = await listen([], false, []);
  expect(notes[1]).toMatch(/^WEBHOOK_URL=http:\/\/127\.0\.0\.1:\d+\/$/);
  expect(notes[2]).toMatch(/^WEBHOOK_SECRET=whsec_[\w+/]{43}=$/);
});

test("the command verifies by any of its secrets", () => {
  const secrets = [`whsec_${btoa("o".repeat(32))}`, SECRET];
  expect(verifyWebhook(secrets, signed(BODY), BODY)).toBeNull();
  expect(verifyWebhook([], signed(BODY), BODY)).toMatch(/no secret/);
});
