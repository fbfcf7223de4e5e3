// Admin user command tests: its words become a task, an export writes a file, and an import brings a name from one.
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parseAdmin } from "../../src/cli/admin-commands.ts";
import { exportUser } from "../../src/cli/user-export.ts";
import { importUser } from "../../src/cli/user-import.ts";

const SECRET = "only-the-operator-has-this";
const URL = "http://localhost:8787";
const read = (line: string) =>
  parseAdmin(line.split(" "), { ADMIN_SECRET: SECRET }, URL);

const ANN = "kqvrT6OMbDHEBEkf";
const IDENTITY = `${ANN}-and-the-rest-of-the-hash`;
const BOB = "bobbobbobbobbobb-and-the-rest";

test.for([
  [`export ${ANN} a.ndjson`, { verb: "save", isForImport: false }],
  [
    `export ${ANN} --name ann a.ndjson --importable`,
    { verb: "save", name: "ann", isForImport: true },
  ],
  ["import a.ndjson", { verb: "load" }],
] as const)("user %s is a task of the operator", ([line, task]) => {
  expect(read(`user ${line}`)).toEqual({
    kind: "user",
    options: {
      ...{ ...task, file: "a.ndjson", url: URL, secret: SECRET },
      ...(task.verb === "save" && { user: ANN }),
    },
  });
});

test.for([
  ...["user", "user drop a", "user export", `user export ${ANN}`],
  ...["user export a/b file", `user export ${ANN} a b`, "user import"],
  ...["user import a b", "user import a --importable"],
])("%s is no command of the admin", (line) => {
  expect(read(line)).toMatchObject({ kind: "invalid" });
});

const header = { type: "user-export", version: 1, user: ANN };
const said = { type: "message", seq: 1, user: ANN, username: "ann", text: "a" };
const linesOf = (...lines: object[]) =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join("");
const letter = (identity: string, text: string) => ({
  ...{ mail: 1, from_key: "bob", origin: "c" },
  letter: JSON.stringify({
    id: "m",
    identity,
    username: "bob",
    to: "ann",
    text,
    at: 5,
  }),
});
const state = {
  name: "ann",
  tables: {
    claim: [
      {
        ...{ identity: IDENTITY, username: "ann", rooms: '[["lobby",3]]' },
        ...{ free_at: null, epoch: 9 },
        standing: JSON.stringify({
          ...{ isRegistered: true, secrets: [{ hash: IDENTITY, until: null }] },
          visits: [["lobby", 4, "old", 2]],
        }),
      },
    ],
    mail: [letter(BOB, "psst")],
    blocked: [{ user: "eve", username: "Eve" }],
    mention: [
      {
        mail: 2,
        room: "lobby",
        epoch: "old",
        seq: 1,
        user: "u",
        username: "bob",
        at: 6,
      },
    ],
  },
};

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** A server that answers by paths below /admin/; a number is a status. */
async function serving(
  answers: Readonly<Record<string, unknown>>,
  answered = (_path: string) => {},
) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const path = (request.url ?? "").replace("/admin/", "");
    const { method = "" } = request;
    asked.push({ method, path, body: await textOf(request) });
    const answer = method === "PUT" ? 204 : (answers[path] ?? 404);
    answered(path);
    const isStatus = typeof answer === "number";
    response.writeHead(isStatus ? answer : 200);
    if (isStatus) response.end();
    else
      response.end(
        typeof answer === "string" ? answer : JSON.stringify(answer),
      );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "edge-chat-copy-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "ann.ndjson");
}

const readLines = (file: string) =>
  readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

const rooms = {
  "rooms?limit=100": { rooms: [{ room: "a/b" }], next: "1:a" },
  "rooms?limit=100&after=1%3Aa": {
    rooms: [{ room: "cellar" }, { room: "gone" }],
  },
  [`rooms/a%2Fb/export?user=${ANN}`]: linesOf({ ...header, room: "a/b" }, said),
  [`rooms/cellar/export?user=${ANN}`]: linesOf({ ...header, room: "cellar" }),
  "names/ann/state": state,
};
const task = (url: string, file: string) => ({
  ...({ verb: "save", user: ANN, isForImport: false } as const),
  ...{ file, url, secret: SECRET },
});

test("a person gets their lines, and their name without the hash of any secret", async () => {
  const [{ url }, file] = [await serving(rooms), newFile()];
  expect(await exportUser(task(url, file), () => 1000)).toEqual({
    ...{ ok: true, lines: ["1 event in 1 room, 1 name"] },
  });
  expect(readLines(file)).toEqual([
    {
      type: "user-copy",
      version: 1,
      user: ANN,
      made: 1000,
      isForImport: false,
    },
    { ...header, room: "a/b" },
    said,
    {
      ...{ type: "name", name: "ann", kind: "registered", since: 9 },
      ...{ rooms: ["lobby"], visits: [{ room: "lobby", at: 4, read: 2 }] },
      letters: [
        {
          ...{ mail: 1, id: "m", user: "bobbobbobbobbobb", username: "bob" },
          ...{ to: "ann", text: "psst", at: 5 },
        },
      ],
      ...{ mailRead: 0, blocked: [{ user: "eve", username: "Eve" }] },
      mentions: [{ room: "lobby", seq: 1, user: "u", username: "bob", at: 6 }],
    },
    { type: "end", rooms: 1, lines: 1, names: 1, unanswered: [] },
  ]);
  expect(readFileSync(file, "utf8")).not.toContain("the-rest");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(existsSync(`${file}.part`)).toBe(false);
  const again = await exportUser(task(url, file), () => 1000);
  expect(again).toMatchObject({ ok: false });
});

test("an operator who mistypes a public id gets no empty copy", async () => {
  const { url } = await serving({ "rooms?limit=100": { rooms: [] } });
  const file = newFile();
  expect(await exportUser(task(url, file), () => 1)).toMatchObject({
    ...{ ok: false, lines: [expect.stringContaining("nothing of this user")] },
  });
  expect([existsSync(file), existsSync(`${file}.part`)]).toEqual([
    false,
    false,
  ]);
});

test("an operator is told of rooms that do not answer, and the file stays a part", async () => {
  const { url } = await serving({
    ...{ ...rooms, [`rooms/cellar/export?user=${ANN}`]: 403 },
  });
  const file = newFile();
  const { ok, lines } = await exportUser(
    { ...task(url, file), name: "ann" },
    () => 1000,
  );
  expect([ok, lines.length]).toEqual([false, 3]);
  expect(lines[1]).toMatch(/^cellar: 403/);
  expect(existsSync(file)).toBe(false);
  const end = readLines(`${file}.part`).at(-1);
  expect(end).toMatchObject({ unanswered: [{ room: "cellar" }], names: 1 });
});

test("a room whose answer ends too early is in the file once", async () => {
  const path = `rooms/a%2Fb/export?user=${ANN}`;
  const whole = linesOf({ ...header, room: "a/b" }, said);
  const answers: Record<string, unknown> = { ...rooms, [path]: `${whole}{` };
  const { url, asked } = await serving(answers, (now) => {
    if (now === path) answers[path] = whole;
  });
  const file = newFile();
  expect(await exportUser(task(url, file), () => 1)).toMatchObject({
    ...{ ok: true, lines: ["1 event in 1 room, 1 name"] },
  });
  expect(asked.filter((one) => one.path === path)).toHaveLength(2);
  expect(readLines(file).filter(({ seq }) => seq === 1)).toEqual([said]);
});

test("a user gets nobody else's name, and nothing of a server that sends all lines", async () => {
  const other = { ...state, tables: { claim: [{ identity: BOB }] } };
  const foreign = await serving({ ...rooms, "names/ann/state": other });
  const file = newFile();
  const named = { ...task(foreign.url, file), name: "ann" };
  expect(await exportUser(named, () => 1)).toEqual({
    ...{ ok: false, lines: ["This user does not have the name ann."] },
  });
  const before = await serving({
    ...rooms,
    [`rooms/a%2Fb/export?user=${ANN}`]: linesOf({ type: "export" }, said),
  });
  expect(await exportUser(task(before.url, file), () => 1)).toMatchObject({
    ...{ ok: false, lines: ["The server is of a release without this."] },
  });
  expect(existsSync(`${file}.part`)).toBe(false);
});

test("an operator brings a name to another server, where rooms have new epochs", async () => {
  const [from, file] = [await serving(rooms), newFile()];
  const made = await exportUser(
    { ...task(from.url, file), isForImport: true },
    () => 1000,
  );
  expect(made.lines.join()).toContain("do not give it to the person");
  const to = await serving({
    "rooms/lobby/state": { epoch: "new", parent: "old", tables: {} },
  });
  const load = { verb: "load", file, url: to.url, secret: SECRET } as const;
  expect(await importUser(load, () => 5000)).toMatchObject({
    ...{ ok: true, lines: ["ann is imported.", expect.any(String)] },
  });
  const put = to.asked.filter(({ method }) => method === "PUT");
  expect(put.map(({ path }) => path)).toEqual(["names/ann/state"]);
  const { tables, movedBy } = JSON.parse(put[0]?.body ?? "");
  expect(movedBy).toBeGreaterThan(4000);
  expect(tables.mail).toEqual(state.tables.mail);
  expect(tables.mention[0]).toMatchObject({ epoch: "new", seq: 1 });
  expect(JSON.parse(tables.claim[0].standing)).toMatchObject({
    ...{ isRegistered: true, visits: [["lobby", 4, "new", 2]] },
  });
});

test("an operator imports a name once, and nobody else's", async () => {
  const file = newFile();
  const copy = { type: "user-copy", version: 1, user: ANN, made: 1 };
  const rest = [{ type: "name-state", ...state }, { type: "end" }];
  const write = (...lines: object[]) => writeFileSync(file, linesOf(...lines));
  write({ ...copy, isForImport: true }, ...rest);
  const run = async (there: object) => {
    const { url, asked } = await serving({ "names/ann/state": there });
    const load = { verb: "load", file, url, secret: SECRET } as const;
    const { ok, lines } = await importUser(load, () => 5000);
    expect(asked.every(({ method }) => method === "GET")).toBe(true);
    return [ok, lines[0]];
  };
  expect(await run(state)).toEqual([true, "ann is here already."]);
  const other = { ...state, tables: { claim: [{ identity: BOB }] } };
  expect(await run(other)).toEqual([false, "ann is another user's here."]);
  write({ ...copy, isForImport: true }, { type: "name-state", ...state });
  const cut = [false, "The copy is not whole: make it again."];
  expect(await run(state)).toEqual(cut);
  write({ ...copy, isForImport: false }, ...rest);
  const [ok, why] = await run(state);
  expect([ok, String(why)]).toEqual([
    false,
    expect.stringContaining("--importable"),
  ]);
});
