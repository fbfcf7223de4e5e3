// Admin command: test its words, its request, and the lines that it prints.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { runAdmin } from "../../src/cli/admin.ts";
import { parseAdmin } from "../../src/cli/admin-commands.ts";

const SECRET = "only-the-operator-has-this";
const read = (line: string, env: object = { ADMIN_SECRET: SECRET }) =>
  parseAdmin(
    line.split(" ").filter(Boolean),
    { ...env },
    "http://localhost:8787",
  );

test.for([
  ["keys list", { method: "GET", path: "keys" }],
  [
    "keys make ci --scopes publish,read",
    {
      method: "POST",
      path: "keys",
      body: { id: "ci", scopes: ["publish", "read"] },
    },
  ],
  [
    "keys make ci --scopes publish --rooms team-*,lobby",
    {
      ...{ method: "POST", path: "keys" },
      body: { id: "ci", scopes: ["publish"], rooms: ["team-*", "lobby"] },
    },
  ],
  [
    "owner a/b alice",
    {
      ...{ method: "POST", path: "rooms/a%2Fb/moderate" },
      body: { action: "role", role: "owner", username: "alice" },
      done: "alice is an owner of a/b.",
    },
  ],
  ["keys rotate ci", { method: "POST", path: "keys/ci/rotate" }],
  [
    "keys revoke a/b",
    { method: "DELETE", path: "keys/a%2Fb", done: "a/b has no key." },
  ],
  [
    "keys revoke ci --old",
    {
      ...{ method: "DELETE", path: "keys/ci/old" },
      done: "Only the newest key of ci is good.",
    },
  ],
  [
    "rooms list --prefix team-",
    {
      ...{ method: "GET", isPaged: true },
      path: "rooms?figures=true&limit=50&prefix=team-",
    },
  ],
  ["name a/b", { method: "GET", path: "names/a%2Fb" }],
  [
    "free bob",
    {
      ...{ method: "DELETE", path: "names/bob", done: "bob is free." },
      question: "Take the name bob from its holder, for good?",
    },
  ],
  ["rooms close a/b", { method: "POST", path: "rooms/a%2Fb/close" }],
  ["rooms open lobby", { method: "POST", path: "rooms/lobby/open" }],
  [
    "rooms delete a/b",
    {
      ...{ method: "DELETE", path: "rooms/a%2Fb", done: "a/b is deleted." },
      question: "Delete the room a/b with all its messages, for good?",
    },
  ],
  [
    "rooms export a/b a.ndjson",
    {
      ...{ method: "GET", path: "rooms/a%2Fb/export", file: "a.ndjson" },
      done: "a/b is in a.ndjson.",
    },
  ],
  [
    "rooms import lobby a.ndjson",
    {
      ...{ method: "POST", path: "rooms/lobby/import", file: "a.ndjson" },
      question: "Replace the log of the room lobby, for good?",
      done: "lobby has the log.",
    },
  ],
  [
    "reports list a/b --open",
    {
      ...{ method: "GET", isPaged: true },
      path: "rooms/a%2Fb/reports?open=true",
    },
  ],
  [
    "reports resolve lobby 3",
    {
      ...{ method: "POST", path: "rooms/lobby/reports/3" },
      ...{ body: { outcome: "resolved" }, done: "Report 3 is resolved." },
    },
  ],
  ["rooms show a/b", { method: "GET", path: "rooms/a%2Fb" }],
  ["webhooks list a/b", { method: "GET", path: "rooms/a%2Fb/webhooks" }],
  [
    "webhooks replay lobby --from 17",
    {
      ...{ method: "POST", path: "rooms/lobby/webhooks/replay" },
      body: { from: 17 },
    },
  ],
  [
    "webhooks replay lobby --since 2026-11-28T12:00:00+01:00 --webhook w-1",
    {
      ...{ method: "POST", path: "rooms/lobby/webhooks/replay" },
      body: { since: Date.UTC(2026, 10, 28, 11), webhook: "w-1" },
    },
  ],
  [
    "erase kqvrT6OMbDHEBEkf --name ann --yes",
    {
      ...{ method: "POST", path: "users/erase" },
      body: { user: "kqvrT6OMbDHEBEkf", username: "ann" },
    },
  ],
  [
    "erase --name ann --yes --wait",
    {
      ...{ method: "POST", path: "users/erase", waits: true },
      body: { username: "ann" },
    },
  ],
  ["erasure a-b", { method: "GET", path: "users/erase/a-b" }],
] as const)("%s is a request of the operator", ([line, request]) => {
  expect(read(line)).toEqual({
    kind: "admin",
    options: { url: "http://localhost:8787", secret: SECRET, request },
  });
});

test("backup and restore of a server take a folder", () => {
  for (const verb of ["backup", "restore"])
    expect(read(`${verb} saved --url https://chat.example`)).toEqual({
      kind: "backup",
      options: {
        ...{ verb, folder: "saved", url: "https://chat.example" },
        secret: SECRET,
      },
    });
});

test.for([
  ...["backup", "restore", "backup a b"],
  ...["owner", "owner lobby", "owner lobby a b"],
  ...["webhooks", "webhooks list", "webhooks drop lobby"],
  ...["webhooks list a b", "webhooks replay lobby"],
  ...["webhooks replay a --from 0", "webhooks replay a --from 1 --since 2"],
  ...["webhooks replay a --since 2026-11-28T12:00", "keys list --port 1"],
  ...["", "keys", "keys list ci", "keys make", "keys make ci"],
  ...[
    "rooms",
    "rooms list lobby",
    "rooms show",
    "rooms show a b",
    "rooms close",
    "rooms delete",
    "name",
    "free",
    "free a b",
    "rooms delete a b --yes",
    "rooms export lobby",
    "rooms import lobby a b",
    "reports",
    "reports list",
    "reports list lobby 3",
    "reports resolve lobby",
    "reports resolve lobby x",
    "reports drop lobby 3",
  ],
  ...["erase", "erase --yes", "erase a b --yes", "erase a", "erasure"],
  ...["erase --name ann"],
  ...[
    "keys revoke",
    "rooms show ..",
    "rooms delete . --yes",
    "rooms close ..",
    "free ..",
    "keys drop ci",
    "keys list --url chat.example",
    "keys rotate a b",
  ],
])("%s is no command of the admin", (line) => {
  expect(read(line)).toMatchObject({ kind: "invalid" });
});

test("the secret comes from the environment, and is told to be missing", () => {
  expect(read("keys list", {})).toMatchObject({
    message: "ADMIN_SECRET must be in the environment.",
  });
  expect(read("--help", {})).toEqual({ kind: "help" });
});

/** A server that answers with what it is told. */
async function answering(
  status: number,
  body: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const server = createServer((request, response) => {
    const isRight = request.headers.authorization === `Bearer ${SECRET}`;
    response.writeHead(isRight ? status : 401, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/chat`;
}

const run = (url: string) =>
  runAdmin({
    ...{ url, secret: SECRET },
    request: { method: "POST", path: "keys/ci/rotate" },
  });

test("an operator reads a new key alone, a list by lines, and the reason of a failure", async () => {
  const made = await answering(201, '{"id":"ci","key":"ek_ci_new"}');
  expect(await run(made)).toEqual({ ok: true, lines: ["ek_ci_new"] });
  const list = JSON.stringify({
    keys: [{ id: "ci", scopes: ["publish", "read"], rooms: ["a*"], made: 0 }],
    setting: [{ id: "old", scopes: ["admin"] }],
  });
  expect(await run(await answering(200, list))).toEqual({
    ok: true,
    lines: [
      "ci:publish+read@a* 1970-01-01T00:00:00.000Z",
      "old:admin (API_KEYS)",
    ],
  });
  const lag = { id: "w-1", host: "app.example", epoch: "e", seq: 5, lag: 2 };
  const webhooks = [
    { ...lag, failures: 0 },
    { ...lag, failures: 3, retryAt: 0 },
    { ...lag, failures: 0, gone: true },
    { id: "app", lag: 0, failures: 0 },
  ];
  const listed = await answering(200, JSON.stringify({ room: "a", webhooks }));
  expect(await run(listed)).toEqual({
    ok: true,
    lines: [
      "w-1 app.example has 5, lacks 2",
      "w-1 app.example has 5, lacks 2, failed 3 times, next at 1970-01-01T00:00:00.000Z",
      "w-1 app.example has 5, lacks 2, gone (410)",
      "app onEvents has had no events, lacks 0",
    ],
  });
  const replay = { from: 5, to: 7, webhooks: ["w-1", "w-2"] };
  const replayed = await answering(200, JSON.stringify(replay));
  expect(await run(replayed)).toMatchObject({
    lines: ["Replays 5 to 7 to w-1, w-2"],
  });
  const none = await answering(200, JSON.stringify({ ...replay, from: 8 }));
  expect(await run(none)).toMatchObject({
    lines: ["There are no events to replay."],
  });
  const missing = await answering(404, '{"detail":"There is no key."}');
  expect(await run(missing)).toEqual({
    ok: false,
    lines: ["404: There is no key."],
  });
  const path = await answering(
    404,
    '{"detail":"Nothing exists at this path."}',
  );
  expect((await run(path)).lines).toEqual([
    "404: Nothing exists at this path. The server has no ADMIN_SECRET, or its address has another path.",
  ]);
  expect(await run("http://127.0.0.1:1")).toMatchObject({ ok: false });
});

test("an operator who has to wait is told how long", async () => {
  const words = '{"detail":"Too many wrong secrets."}';
  const locked = await answering(429, words, { "Retry-After": "42" });
  expect(await run(locked)).toEqual({
    ok: false,
    lines: ["429: Too many wrong secrets. Try again in 42 s."],
  });
});

test("an operator reads a table of rooms by pages, and the figures of one room", async () => {
  const asked: string[] = [];
  const lobby = {
    ...{ room: "lobby", since: 0, epoch: "e", seq: 12, oldest: 1, messages: 9 },
    ...{ members: 3, connections: 4, newestAt: 0, access: "open" },
  };
  const cellar = { ...lobby, room: "cellar", closed: true };
  const attic = { room: "attic", since: 0, unavailable: true };
  const url = await serving((path) => {
    asked.push(path);
    if (path.endsWith("/names/bob"))
      return {
        ...{ user: "u", username: "Bob", kind: "guest", since: 0 },
        rooms: ["lobby", "attic"],
      };
    if (path.endsWith("/attic")) return null;
    if (path.endsWith("/close")) return { room: "lobby", closed: true };
    if (path.endsWith("/lobby")) return { ...lobby, bytes: 900 };
    return path.includes("after=")
      ? { rooms: [cellar, attic] }
      : { rooms: [lobby], next: "3f:lobby" };
  });
  const options = (line: string) => {
    const parsed = read(`${line} --url ${url}`);
    if (parsed.kind !== "admin") throw new Error(parsed.kind);
    return parsed.options;
  };
  const list = options("rooms list");
  const first = await runAdmin(list);
  expect(first.lines).toEqual([
    "MEMBERS  CONNECTIONS  MESSAGES    NEWEST  AT                        ROOM",
    "      3            4         9        12  1970-01-01T00:00:00.000Z  lobby",
  ]);
  const { next } = first;
  if (next === undefined) throw new Error("There is no second page.");
  const second = await runAdmin({ ...list, request: next }, false);
  expect(second).toEqual({
    ok: true,
    lines: [
      "      3            4         9        12  1970-01-01T00:00:00.000Z  cellar (closed)",
      "      -            -         -         -  does not answer           attic",
    ],
  });
  expect(asked[1]).toBe(
    "/chat/admin/rooms?figures=true&limit=50&after=3f%3Alobby",
  );
  const json = await runAdmin(options("rooms list --json"));
  expect(json.lines.map((line) => JSON.parse(line))).toEqual([lobby]);
  expect(await runAdmin(options("rooms close lobby"))).toEqual({
    ...{ ok: true, lines: ["lobby is closed."] },
  });
  expect((await runAdmin(options("name bob"))).lines).toEqual([
    ...["user u", "username Bob", "kind guest"],
    ...["since 1970-01-01T00:00:00.000Z", "rooms lobby attic"],
  ]);
  expect(await runAdmin(options("rooms delete attic --yes"))).toEqual({
    ...{ ok: true, lines: ["attic is deleted."] },
  });
  const shown = await runAdmin(options("rooms show lobby"));
  expect(shown.lines).toContain("bytes        900");
  expect(shown.lines).toContain("newestAt     1970-01-01T00:00:00.000Z");
});

/** A server that answers each path with JSON; null: with nothing. */
async function serving(
  answer: (path: string) => object | null,
): Promise<string> {
  const server = createServer(({ url = "" }, response) => {
    const body = answer(url);
    if (body === null) response.writeHead(204).end();
    else response.writeHead(200).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/chat`;
}

test("an operator waits for the end of an erasure, and reads what has not answered", async () => {
  const begun = {
    ...{ user: "kqvrT6OMbDHEBEkf", rooms: 3, names: 1, unansweredNames: 2 },
  };
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const isEnd = request.method === "GET";
    const unanswered = isEnd ? ["attic"] : [];
    const state = isEnd ? "incomplete" : "running";
    const unansweredRooms = 2 * unanswered.length;
    const body = { ...begun, state, unanswered, unansweredRooms };
    response.writeHead(isEnd ? 200 : 202).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const request = { method: "POST", path: "users/erase", waits: true } as const;
  const url = `http://127.0.0.1:${port}`;
  expect(await runAdmin({ url, secret: SECRET, request })).toEqual({
    ok: false,
    lines: [
      "kqvrT6OMbDHEBEkf incomplete, 3 rooms, 1 name",
      ...["attic has not answered", "1 more room without an answer"],
      "2 names without an answer",
    ],
  });
  expect(asked).toEqual([
    "POST /admin/users/erase",
    "GET /admin/users/erase/kqvrT6OMbDHEBEkf",
  ]);
});
