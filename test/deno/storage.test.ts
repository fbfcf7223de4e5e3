// Storage faults: users get errors and lose no acked message if the disk is full, the folder is gone or the database is damaged.
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join as joinPath } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { ask } from "../conformance/support/http-client.ts";
import { join, joinAll } from "../conformance/support/members.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import { dataFolder, runOut, serve } from "./support/servers.ts";

const settings = { FLUSH_CEILING_MS: 0, RATE_PER_SECOND: 0 };

/** A folder that a server has used, with a message in a room. */
async function usedFolder(): Promise<{ data: string; room: string }> {
  const data = dataFolder();
  const server = await serve({ data });
  const room = uniqueName("lobby");
  const alice = await join(room, person("alice"));
  await alice.sendMessage("hello");
  await server.stop("SIGTERM");
  return { data, room };
}

function databaseOf(data: string): string {
  return joinPath(data, "edge-chat.sqlite");
}

describe("a data folder that goes while the server runs", () => {
  test.for([
    ["renamed", (data: string) => renameSync(data, `${data}-elsewhere`)],
    ["deleted", (data: string) => rmSync(data, { recursive: true })],
    [
      "replaced by an empty one",
      (data: string) => {
        rmSync(data, { recursive: true });
        mkdirSync(data);
      },
    ],
    ["without its database", (data: string) => rmSync(databaseOf(data))],
    ["without its log", (data: string) => rmSync(`${databaseOf(data)}-wal`)],
    [
      "with another log",
      (data: string) => {
        cpSync(`${databaseOf(data)}-wal`, `${databaseOf(data)}-copy`);
        renameSync(`${databaseOf(data)}-copy`, `${databaseOf(data)}-wal`);
      },
    ],
    ["without its lock", (data: string) => rmSync(joinPath(data, "lock"))],
  ] as const)(
    "users get no ack after the data folder goes (%s), and health says so",
    async ([, go]) => {
      const data = dataFolder();
      const server = await serve({ data, settings });
      const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
      await alice.sendMessage("before");
      await bob.next("message", { text: "before" });
      go(data);
      alice.send({ type: "message", text: "after", id: "1" });
      expect(await alice.closed()).toHaveProperty("code", 4002);
      expect(
        alice.inbox.seen.filter(({ type }) => type === "ack"),
      ).toHaveLength(1);
      expect(
        bob.inbox.seen.filter(({ type }) => type === "message"),
      ).toHaveLength(1);
      const { status, body } = await ask("/health");
      expect(status).toBe(503);
      expect(body).toEqual({ ok: false, storage: "missing" });
      await expect
        .poll(() => server.printed.join("\n"))
        .toContain('"problem":"missing"');
    },
  );

  test("an operator sees in health that the data folder has gone though no user writes", async () => {
    const data = dataFolder();
    await serve({ data });
    expect((await ask("/health")).status).toBe(200);
    rmSync(data, { recursive: true });
    expect((await ask("/health")).body).toEqual({
      ok: false,
      storage: "missing",
    });
  });

  test("users go on when the data folder is put back", async () => {
    const data = dataFolder();
    await serve({ data, settings });
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    const { epoch } = bob.welcome;
    renameSync(data, `${data}-elsewhere`);
    alice.send({ type: "message", text: "late", id: "1" });
    // The messages may be stored, so all connections must reconnect.
    await Promise.all([alice.closed(), bob.closed()]);
    renameSync(`${data}-elsewhere`, data);
    expect((await ask("/health")).body).toEqual({ ok: true });
    const again = await join(room, alice.person);
    expect(await again.sendMessage("late", "1")).toMatchObject({ seq: 1 });
    const back = await join(room, bob.person, { since: 0, epoch });
    await back.next("message", { seq: 1, id: "1", text: "late" });
  });
});

describe("at the start", () => {
  test("an alarm of an older release beyond 2^53 stops no user", async () => {
    const { data, room } = await usedFolder();
    const database = new DatabaseSync(databaseOf(data));
    for (const at of [2n ** 60n, -(2n ** 60n)])
      database
        .prepare("INSERT INTO alarm VALUES ('room', ?, ?)")
        .run(`${at}`, at);
    database.close();
    await serve({ data });
    expect((await ask(`/rooms/${room}`)).body).toMatchObject({ seq: 1 });
  });

  test.for([
    ["words in place of the database", 0, "not a database"],
    ["zeros in the middle of it", 4096, "page"],
  ] as const)(
    "an operator is told in one sentence of %s",
    async ([, at, why]) => {
      const { data } = await usedFolder();
      const length = statSync(databaseOf(data)).size - at;
      const file = openSync(databaseOf(data), "r+");
      writeSync(
        file,
        Buffer.alloc(length, at === 0 ? "words " : 0),
        0,
        length,
        at,
      );
      closeSync(file);
      expect(existsSync(`${databaseOf(data)}-wal`)).toBe(false);
      const { code, printed } = await runOut({ data });
      expect(code).toBe(1);
      expect(printed.split("\n")).toHaveLength(1);
      expect(printed).toContain(why);
      expect(printed).toContain("It is damaged");
    },
  );
});

test("an operator is told at the start that a part of the database is damaged", async () => {
  const { data } = await usedFolder();
  damageLog(data);
  const { code, printed } = await runOut({ data });
  expect(code).toBe(1);
  expect(printed.split("\n")).toHaveLength(1);
  expect(printed).toContain("It is damaged");
});

test("an operator cannot start on the database of another program, which is left alone", async () => {
  const data = dataFolder();
  mkdirSync(data, { recursive: true });
  const database = new DatabaseSync(databaseOf(data));
  database.exec("CREATE TABLE song (title TEXT)");
  database.close();
  const { code, printed } = await runOut({ data });
  expect(code).toBe(1);
  expect(printed).toContain("another program");
  expect(printed).not.toContain("damaged");
});

test("an operator's chat that cannot start closes the database again", async () => {
  const data = dataFolder();
  mkdirSync(data, { recursive: true });
  const database = new DatabaseSync(databaseOf(data));
  database.exec("CREATE TABLE song (title TEXT)");
  database.close();
  await runOut({ data });
  // SQLite deletes its other files when the last connection is closed.
  expect(readdirSync(data).sort()).toEqual(["edge-chat.sqlite", "lock"]);
});

/** Overwrites the page of the file that holds the room's messages. */
function damageLog(data: string): void {
  const database = new DatabaseSync(databaseOf(data));
  const root = database
    .prepare("SELECT rootpage FROM sqlite_master WHERE name = 'log'")
    .get();
  const size = database.prepare("PRAGMA page_size").get();
  database.close();
  const length = Number(size?.page_size);
  const file = openSync(databaseOf(data), "r+");
  const at = (Number(root?.rootpage) - 1) * length;
  writeSync(file, Buffer.alloc(length, 0xff), 0, length, at);
  closeSync(file);
}
