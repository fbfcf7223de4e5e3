// Webhook delivery tests: servers of an app get the events of rooms, signed and in order, whatever the servers answer before.
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADMIN, startAttackTarget } from "../abuse/support/attack-target.ts";
import { join } from "../conformance/support/members.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import { Receiver, WEBHOOK_SECRETS } from "./support/receiver.ts";

/** The first repeat comes after five seconds and a tenth more. */
const REPEATED = { timeout: 20_000 };
const receiver = await Receiver.open();
const server = startAttackTarget({
  WEBHOOK_URL: `${receiver.url}/hook,${receiver.url}/other`,
  WEBHOOK_SECRET: WEBHOOK_SECRETS.join(),
  WEBHOOK_EVENTS: "message.*",
  WEBHOOK_ROOMS: "hooked-*",
});

/** The first part of a room's name says what the receiver does at first. */
const FIRST: Readonly<Record<string, Receiver["respond"]>> = {
  "hooked-500": (_, response) => response.writeHead(500).end("Sorry."),
  "hooked-302": (_, response) =>
    response.writeHead(302, { Location: "/elsewhere" }).end(),
  "hooked-429": (_, response) =>
    response.writeHead(429, { "Retry-After": "1" }).end(),
  "hooked-cut": (_, response) => response.destroy(),
  "hooked-2mb": (_, response) => response.end("x".repeat(2_000_000)),
  "hooked-slow": (_, response) =>
    setTimeout(() => response.writeHead(204).end(), 1000),
  "hooked-410": (_, response) => response.writeHead(410).end(),
};

beforeAll(() => {
  receiver.respond = (received, response) => {
    const { attempt, path, body } = received;
    const [, word] = body.data.room.split("-");
    const first = path === "/hook" ? FIRST[`hooked-${word}`] : undefined;
    if (attempt === 0 && first !== undefined) first(received, response);
    else response.writeHead(204).end();
  };
});
afterAll(() => receiver.close());

/** The seqs of all requests about a room. */
function seqsOf(room: string, path?: string): number[][] {
  return receiver
    .of(room, path)
    .map(({ body }) => body.data.events.map(({ data }) => Number(data.seq)));
}

async function say(room: string, count = 2) {
  const alice = await join(room, person("alice"));
  for (let i = 1; i <= count; i++) await alice.sendMessage(`text ${i}`);
  return alice;
}

test("each URL gets the messages of a room, signed by both secrets, and hears of no other room", async () => {
  const room = uniqueName("hooked-plain");
  const alice = await say(room);
  const quiet = uniqueName("quiet");
  await say(quiet);
  const { epoch } = alice.welcome;
  for (const path of ["/hook", "/other"])
    await expect.poll(() => seqsOf(room, path).flat()).toEqual([1, 2]);
  const [first] = receiver.of(room);
  expect(first?.body).toMatchObject({
    type: "batch",
    data: { room, epoch, from: 1 },
  });
  expect(first?.body.data.events[0]).toMatchObject({
    ...{ id: `${epoch}:1`, type: "message.created" },
    data: { type: "message", username: alice.welcome.username, text: "text 1" },
  });
  expect(first?.id).toBe(`${epoch}:1-${first?.body.data.to}`);
  expect(receiver.of(quiet)).toEqual([]);
  expect(receiver.refused).toEqual([]);
});

test("a receiver that fails, redirects, hangs up or asks for time gets the same request again, and then the rest", async () => {
  const rooms = ["500", "302", "429", "cut"].map((word) =>
    uniqueName(`hooked-${word}`),
  );
  await Promise.all(rooms.map((room) => say(room)));
  for (const room of rooms) {
    // The first request may have both messages.
    await expect
      .poll(() => receiver.of(room).length, REPEATED)
      .toBeGreaterThan(1);
    await expect
      .poll(() => new Set(seqsOf(room).flat()), REPEATED)
      .toEqual(new Set([1, 2]));
    const [first, again] = receiver.of(room);
    expect(again?.id).toBe(first?.id);
    expect(again?.body).toEqual(first?.body);
    // The other URL does not wait for this one.
    await expect.poll(() => seqsOf(room, "/other").flat()).toEqual([1, 2]);
  }
  expect(receiver.received.map(({ path }) => path)).not.toContain("/elsewhere");
  await expect.poll(() => server.logs()).toContain('"status":500');
});

test("a receiver that takes its time or answers with 2 MB has its events once", async () => {
  const rooms = ["slow", "2mb"].map((word) => uniqueName(`hooked-${word}`));
  await Promise.all(rooms.map((room) => say(room, 5)));
  for (const room of rooms)
    await expect
      .poll(() => seqsOf(room).flat(), REPEATED)
      .toEqual([1, 2, 3, 4, 5]);
});

test("a receiver that answers 410 gets no more of the room", async () => {
  const room = uniqueName("hooked-410");
  const alice = await say(room);
  await expect.poll(() => seqsOf(room, "/other").flat()).toEqual([1, 2]);
  await expect.poll(() => receiver.of(room).length).toBe(1);
  await alice.sendMessage("text 3");
  await expect.poll(() => seqsOf(room, "/other").flat()).toEqual([1, 2, 3]);
  expect(receiver.of(room)).toHaveLength(1);
});

/** Asks for something that only the operator may do. */
async function askAdmin(path: string, body?: object) {
  const response = await fetch(`${server.url}/admin/rooms/${path}`, {
    headers: {
      Authorization: `Bearer ${ADMIN}`,
      "Content-Type": "application/json",
    },
    ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
  });
  // Its schema is that of the OpenAPI document.
  const answer = (await response.json()) as {
    readonly webhooks: readonly { readonly id: string }[];
  };
  return { status: response.status, body: answer };
}

test("an operator sees how far a webhook is, and replays its events from a number or a time on", async () => {
  const room = uniqueName("hooked-replay");
  const alice = await say(room, 3);
  await expect.poll(() => seqsOf(room, "/other").flat()).toEqual([1, 2, 3]);
  await expect.poll(() => seqsOf(room).flat()).toEqual([1, 2, 3]);
  const { epoch } = alice.welcome;
  const { host } = new URL(receiver.url);
  const all = { host, epoch, seq: 3, lag: 0, failures: 0 };
  const path = `${room}/webhooks`;
  // The room takes the answer of the receiver a moment after the receiver.
  await expect
    .poll(() => askAdmin(path))
    .toMatchObject({
      status: 200,
      body: { room, epoch, oldest: 1, seq: 3, webhooks: [all, all] },
    });
  const { body } = await askAdmin(path);
  expect(JSON.stringify(body)).not.toContain("/hook");
  const other = body.webhooks[1]?.id ?? "";
  const replay = { from: 2, webhook: other };
  expect(await askAdmin(`${path}/replay`, replay)).toEqual({
    status: 200,
    body: { room, epoch, from: 2, to: 3, webhooks: [other] },
  });
  await expect
    .poll(() => seqsOf(room, "/other").flat())
    .toEqual([1, 2, 3, 2, 3]);
  expect(seqsOf(room).flat()).toEqual([1, 2, 3]);
  const since = { since: Date.now() - 60_000 };
  expect((await askAdmin(`${path}/replay`, since)).body).toMatchObject({
    ...{ from: 1, to: 3 },
  });
  await expect.poll(() => seqsOf(room).flat()).toEqual([1, 2, 3, 1, 2, 3]);
  const nowhere = `${uniqueName("hooked-none")}/webhooks/replay`;
  expect(await askAdmin(nowhere, since)).toMatchObject({ status: 404 });
  for (const [status, wrong] of [
    [404, { from: 1, webhook: "w-none" }],
    [400, {}],
    [400, { from: 1, since: 1 }],
    [400, { from: 0 }],
  ] as const)
    expect(await askAdmin(`${path}/replay`, wrong)).toMatchObject({ status });
});

test("no log line has a secret, or the path of a URL", () => {
  const logs = server.logs();
  for (const secret of WEBHOOK_SECRETS) expect(logs).not.toContain(secret);
  expect(logs).not.toContain("/hook");
});
