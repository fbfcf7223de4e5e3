// Log transfer: a room's log is exported from one host and imported on the other, all or nothing.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectProblem } from "../conformance/support/http-client.ts";
import { join, joinAll } from "../conformance/support/members.ts";
import { person, uniqueId, uniqueName } from "../conformance/support/people.ts";
import { startCloudflare } from "../hosts/cloudflare.ts";
import { startDeno } from "../hosts/deno.ts";

const ADMIN_SECRET = uniqueId().repeat(2);
const settings = { RATE_PER_SECOND: 0 };
/** Messages in flight. */
const WAVE = 100;

interface Server {
  readonly url: string;
  stop(): Promise<unknown>;
}
type Name = "cloudflare" | "deno";

const starts: Record<Name, () => Promise<Server>> = {
  cloudflare: async () => {
    const vars = { ...settings, ADMIN_SECRET };
    const { url, harness } = await startCloudflare(vars);
    return { url, stop: () => harness.close() };
  },
  deno: () => startDeno({ settings, env: { ADMIN_SECRET } }),
};
const servers = new Map<Name, Server>();

beforeAll(async () => {
  for (const name of ["cloudflare", "deno"] as const)
    servers.set(name, await starts[name]());
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
});

/** From now on the clients connect to this host. */
function turnTo(name: Name): void {
  process.env.EDGE_CHAT_URL = servers.get(name)?.url;
}

async function admin(
  path: string,
  init: RequestInit = {},
  secret = ADMIN_SECRET,
) {
  const url = new URL(`/admin/rooms/${path}`, process.env.EDGE_CHAT_URL);
  const headers = { Authorization: `Bearer ${secret}` };
  const response = await fetch(url, { headers, ...init });
  const text = await response.text();
  const isJson = /json$/.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && response.status !== 200 ? JSON.parse(text) : undefined,
  };
}

async function exported(room: string): Promise<string[]> {
  const { status, text } = await admin(`${room}/export`);
  expect(status).toBe(200);
  expect(text.endsWith("\n")).toBe(true);
  return text.slice(0, -1).split("\n");
}

function imported(room: string, lines: readonly string[] | string) {
  const body = typeof lines === "string" ? lines : lines.join("\n");
  return admin(`${room}/import`, { method: "POST", body });
}

/** A room with messages on the current host. */
async function talkedIn(count: number) {
  const room = uniqueName("lobby");
  const alice = await join(room, person("alice"));
  // Long enough for several chunks.
  const more = "李雷 😀\n".repeat(150);
  for (let n = 1; n <= count; n += WAVE) {
    const wave = Array.from({ length: Math.min(WAVE, count - n + 1) }, (_, i) =>
      alice.sendMessage(`word ${n + i} ${more}`, `id ${n + i}`),
    );
    await Promise.all(wave);
  }
  return { room, alice };
}

describe.for([
  ["cloudflare", "deno"],
  ["deno", "cloudflare"],
  ["deno", "deno"],
] as const)("from %s to %s", ([from, to]) => {
  test("an operator moves a whole log under a new epoch, into another room's name", async () => {
    turnTo(from);
    const { room, alice } = await talkedIn(500);
    const lines = await exported(room);
    const { epoch } = alice.welcome;
    expect(JSON.parse(lines[0] ?? "")).toEqual({
      type: "export",
      version: 1,
      room,
      epoch,
      first: 1,
      seq: 500,
    });
    expect(lines).toHaveLength(501);

    turnTo(to);
    const other = uniqueName("attic");
    const [bob] = await joinAll(other, "bob");
    await bob.sendMessage("this goes");
    const reply = await imported(other, lines);
    expect(reply.status).toBe(200);
    const done = JSON.parse(reply.text);
    expect(done).toEqual({
      room: other,
      epoch: expect.any(String),
      seq: 500,
      events: 500,
    });
    expect(done.epoch).not.toBe(bob.welcome.epoch);

    // A member is told of the new log, and the next message follows it.
    const { epoch: told, seq } = await bob.next("reset");
    expect([told, seq]).toEqual([done.epoch, 500]);
    expect((await bob.sendMessage("and on")).seq).toBe(501);
    const late = await join(other, bob.person, {
      since: 1,
      epoch: bob.welcome.epoch,
    });
    expect(late.welcome).toMatchObject({ gap: true, epoch: done.epoch });

    const [header, ...events] = await exported(other);
    expect(header).toContain(`"seq":501`);
    const rewritten = lines.slice(1).map((line) => {
      return JSON.stringify({ ...JSON.parse(line), room: other });
    });
    expect(events.slice(0, -1)).toEqual(rewritten);
  });

  test("an operator moves the data of alice's messages as she sent it", async () => {
    turnTo(from);
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice");
    const data = { sticker: "cat", list: [0, null, "\u{1f600}"] };
    alice.send({ type: "message", text: "hello", id: "a-1", data });
    await alice.next("ack");
    const lines = await exported(room);
    turnTo(to);
    const other = uniqueName("attic");
    expect((await imported(other, lines)).status).toBe(200);
    const bob = await join(other, person("bob"));
    expect(bob.page?.messages).toMatchObject([{ text: "hello", data }]);
    const [, line] = await exported(other);
    expect(line).toContain(`"text":"hello","data":${JSON.stringify(data)},`);
  });
});

describe.for(["cloudflare", "deno"] as const)("on %s", (host) => {
  test("a user who sent a message is known by its id after the move", async () => {
    turnTo(host);
    const { room, alice } = await talkedIn(3);
    const lines = await exported(room);
    const other = uniqueName("attic");
    expect((await imported(other, lines)).status).toBe(200);
    const again = await join(other, alice.person);
    expect(again.welcome).toMatchObject({ seq: 3 });
    const ack = await again.sendMessage("other words", "id 2");
    expect(ack).toMatchObject({ seq: 2, duplicate: true });
  });

  test("an operator imports a log that does not begin at 1, and it keeps its numbers", async () => {
    turnTo(host);
    const { room } = await talkedIn(40);
    const [header = "", ...events] = await exported(room);
    const later = { ...JSON.parse(header), first: 31 };
    const lines = [JSON.stringify(later), ...events.slice(30)];
    const other = uniqueName("attic");
    expect((await imported(other, lines)).status).toBe(200);
    const carol = await join(other, person("carol"));
    expect(carol.welcome.seq).toBe(40);
    expect(carol.page?.messages.map(({ seq }) => seq)).toEqual([
      31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    ]);
    expect(carol.page?.more).toBe(false);
  });

  test("an operator may import the greatest number at which a log goes on", async () => {
    turnTo(host);
    const { room } = await talkedIn(1);
    const [header = "", event = ""] = await exported(room);
    const seq = 1e15;
    const other = uniqueName("attic");
    const lines = [
      { ...JSON.parse(header), first: seq, seq },
      { ...JSON.parse(event), seq },
    ].map((line) => JSON.stringify(line));
    expect((await imported(other, lines)).status).toBe(200);
    const carol = await join(other, person("carol"));
    expect(carol.welcome.seq).toBe(seq);
    expect((await carol.sendMessage("and on")).seq).toBe(seq + 1);
    const late = await join(other, carol.person);
    expect(late.page?.messages.map((one) => one.seq)).toEqual([seq, seq + 1]);
  });

  test("an operator may import an empty log, and line ends of Windows", async () => {
    turnTo(host);
    const room = uniqueName("lobby");
    const alice = await join(room, person("alice"));
    const lines = await exported(room);
    expect(lines).toHaveLength(1);
    await alice.sendMessage("this goes");
    expect((await imported(room, `${lines[0]}\r\n`)).status).toBe(200);
    expect(await alice.next("reset")).toMatchObject({ seq: 0 });
    expect((await alice.sendMessage("first")).seq).toBe(1);
  });

  test("an operator is told the number of a bad line, and nothing is imported", async () => {
    turnTo(host);
    const { room, alice } = await talkedIn(300);
    const lines = await exported(room);
    const bend = (at: number, bent: object | string) =>
      lines.map((line, i) => {
        if (i + 1 !== at) return line;
        if (typeof bent === "string") return bent;
        return JSON.stringify({ ...JSON.parse(line), ...bent });
      });
    const bad: [number, readonly string[] | string][] = [
      [1, ""],
      [1, "{"],
      [1, bend(1, { version: 2 })],
      [1, bend(1, { type: "message" })],
      [1, bend(1, { first: 0 })],
      [1, bend(1, { first: 2000 })],
      [1, bend(1, { first: 2 ** 53 - 1, seq: 2 ** 53 - 1 })],
      [1, bend(1, { room: "a/b" })],
      [2, bend(1, { first: 2 })],
      [200, bend(200, "not JSON")],
      [200, bend(200, "")],
      [200, bend(200, { seq: 7 })],
      [200, bend(200, { type: "welcome" })],
      [200, bend(200, { text: "a\u0007b" })],
      [200, bend(200, { text: " " })],
      [200, bend(200, { text: 5 })],
      [200, bend(200, { text: "x".repeat(100_001) })],
      [200, bend(200, { username: "-" })],
      [200, bend(200, { user: "a b" })],
      [200, bend(200, { at: 1.5 })],
      [200, bend(200, { at: 9e15 })],
      [200, bend(200, { id: "x".repeat(65) })],
      [200, bend(200, "x".repeat(1_100_000))],
      [301, lines.slice(0, 300)],
      [302, [...lines, lines[300] ?? ""]],
    ];
    const other = uniqueName("attic");
    for (const [number, body] of bad) {
      const answer = await imported(other, body);
      expect(answer.body?.detail, `line ${number}`).toMatch(
        new RegExp(`^Line ${number}: `),
      );
      expectProblem(answer, 400);
    }
    const untouched = await admin(`${other}/export`);
    expect(untouched.status).toBe(404);
    await imported(room, bend(290, "{}"));
    expect(await exported(room)).toEqual(lines);
    expect(await alice.unread()).toEqual([]);
  }, 120_000);

  test("an operator who begins two imports at once gets the later one, whole", async () => {
    turnTo(host);
    const { room } = await talkedIn(400);
    const lines = await exported(room);
    const half = `${lines.slice(0, 390).join("\n")}\n`;
    const rest = lines.slice(390).join("\n");
    let goOn = () => {};
    const body = new ReadableStream({
      async start(controller) {
        controller.enqueue(new TextEncoder().encode(half));
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
        controller.enqueue(new TextEncoder().encode(rest));
        controller.close();
      },
    });
    const other = uniqueName("attic");
    const slow = admin(`${other}/import`, {
      method: "POST",
      body,
      duplex: "half",
    } as RequestInit);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect((await admin(`${other}/export`)).status).toBe(404);
    expect((await imported(other, lines)).status).toBe(200);
    goOn();
    expectProblem(await slow, 409);
    expect(await exported(other)).toHaveLength(401);
  });

  test("an operator cannot import bytes that are no text", async () => {
    turnTo(host);
    const body = new Uint8Array([0x7b, 0xff, 0xfe, 0x0a]);
    const answer = await admin(`${uniqueName("attic")}/import`, {
      method: "POST",
      body,
    });
    expect(answer.body?.detail).toMatch(/^Line 1: not UTF-8/);
  });

  test("an operator needs the secret, and nothing else does", async () => {
    turnTo(host);
    const { room } = await talkedIn(1);
    for (const secret of ["", "x", `${ADMIN_SECRET}x`, ADMIN_SECRET.slice(1)]) {
      const answer = await admin(`${room}/export`, {}, secret);
      expectProblem(answer, 401);
      expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    }
    const bare = await admin(`${room}/export`, { headers: {} });
    expectProblem(bare, 401);
    const { status } = await admin(`${room}/import`);
    expect(status).toBe(405);
    expectProblem(await admin("-/export"), 400);
  });
});

test("an operator without the setting has no routes for logs", async () => {
  const server = await startDeno();
  process.env.EDGE_CHAT_URL = server.url;
  for (const [path, method] of [
    ["lobby/export", "GET"],
    ["lobby/export", "POST"],
    ["lobby/import", "POST"],
  ] as const)
    expectProblem(await admin(path, { method }), 404);
  await server.stop();
});
