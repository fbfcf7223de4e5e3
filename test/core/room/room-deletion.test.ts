// Room deletion tests: nothing of a deleted room is left in any table, nobody waits for it, and it begins anew.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  DELETED_TABLES,
  DELIVERY_TABLES,
  deleteRows,
  KEPT_TABLES,
} from "../../../src/core/room/room-deletion.ts";
import {
  registryName,
  registryShardOf,
} from "../../../src/core/shared/registry-requests.ts";
import type { Op, Reply } from "../../../src/core/shared/rpc.ts";
import { Database } from "../support/database.ts";
import { join, secretOf, startJoin, userOf } from "../support/people.ts";
import { World } from "../support/world.ts";

const bot = { identity: "bot-identity-0123", username: "bot:ci" };
const HOOK = "https://app.example/hook";
const SHARD = registryShardOf(
  createHash("sha256").update("lobby").digest("base64url"),
);

function registered(world: World): unknown[] {
  const { tables } = world.service(registryName(SHARD)).database;
  return (tables.registered_room ?? []).map(
    (row) => (row as { room: string }).room,
  );
}

function rowsOf(world: World) {
  const { tables } = world.room("lobby").database;
  return Object.entries(tables).flatMap(([table, rows]) =>
    table === "schema" ? [] : rows.map((row) => ({ table, row })),
  );
}

/** Asks for the deletion. */
function remove(world: World, room = "lobby") {
  return world.askRoom(room, { type: "delete-room" });
}

test("a room in which users have done everything leaves no row but the numbers of erased messages", () => {
  const world = new World({ WEBHOOK_URL: [HOOK], RATE_BURST: 1000 });
  world.webhooks.set(HOOK, { ask: (_, onReplies) => onReplies(null) });
  const operator = (frame: object) =>
    world.askRoom("lobby", {
      ...{ type: "moderate", ...bot },
      frame: { type: "moderate", ...frame },
    } as Op);
  const alice = join(world, "lobby", "alice");
  const bob = join(world, "lobby", "bob");
  join(world, "lobby", "carol");
  alice.send({ type: "register" });
  world.settle();
  for (let i = 1; i <= 5; i++)
    alice.send({ type: "message", text: `secret ${i} @bob @dave` });
  world.pass(1000);
  bob.send({ type: "message", text: "an answer", replyTo: 1, thread: 1 });
  bob.send({ type: "react", of: 1, emoji: "👍", on: true });
  bob.send({ type: "report", of: 2, reason: "spam" });
  alice.send({ type: "edit", of: 3, text: "other words" });
  alice.send({ type: "delete", of: 4 });
  world.pass(1000);
  for (const frame of [
    { action: "role", role: "moderator", username: "alice" },
    { action: "mute", username: "bob" },
    { action: "ban", username: "carol" },
    { action: "slow", seconds: 5 },
    { action: "invite", code: "invitation-code-0123456789", uses: 2 },
    { action: "topic", text: "secret topic" },
  ])
    operator(frame);
  alice.send({ type: "pin", of: 1, on: true });
  world.askRoom("lobby", {
    ...{ type: "import-log", id: "import-1", epoch: "e" },
    step: {
      ...{ kind: "begin", first: 1 },
      lines: [
        '{"type":"message","seq":1,"room":"lobby","at":1,"user":"u","username":"x","text":"staged secret"}',
      ],
    },
  });
  world.pass(1000);
  const before = new Set(rowsOf(world).map(({ table }) => table));
  expect([...before].sort()).toEqual([
    ...["erasure", "event_cursor", "invitation", "log", "message_state"],
    ...["notice_board", "presence_mark", "report", "report_numbering"],
    ...["restriction", "role", "room", "room_policy"],
  ]);
  expect(remove(world)).toEqual({ type: "done" });
  for (const peer of [alice, bob]) expect(peer.closed).toBe("roomClosed");
  world.pass(1000);
  const left = rowsOf(world);
  expect(new Set(left.map(({ table }) => table))).toEqual(new Set(["erasure"]));
  const text = JSON.stringify(left);
  for (const word of ["secret", "alice", "bob", userOf("alice"), "spam"])
    expect(text).not.toContain(word);
  expect(registered(world)).toEqual([]);
});

test("a deleted room begins anew with other numbers, and clients that resume are reset", () => {
  const world = new World();
  const alice = join(world, "lobby", "alice");
  for (let i = 1; i <= 3; i++) alice.send({ type: "message", text: `n ${i}` });
  world.pass(1000);
  const { epoch } = alice.last("welcome");
  remove(world);
  world.settle();
  expect(world.askRoom("lobby", { type: "info" })).toEqual({
    ...{ type: "info", count: 0, seq: 0, epoch: null },
  });
  const back = join(world, "lobby", "alice", { since: 3, epoch });
  const welcome = back.last("welcome");
  expect(welcome).toMatchObject({ resumed: false, seq: 0 });
  expect(welcome.epoch).not.toBe(epoch);
  back.send({ type: "message", text: "hello" });
  world.pass(100);
  expect(back.last("ack")).toMatchObject({ seq: 1 });
  expect(registered(world)).toEqual(["lobby"]);
  world.crash(world.room("lobby"));
  const { lines } = world.askRoom("lobby", { type: "messages" }) as Extract<
    Reply,
    { type: "page" }
  >;
  expect(lines).toHaveLength(1);
});

test("a room of users that is deleted and crashes is forgotten by the registry once it is opened", () => {
  const world = new World();
  join(world, "lobby", "alice");
  const isForgetting = ({ ops }: { ops: readonly Op[] }) =>
    ops.some(({ type }) => type === "forget-room");
  remove(world);
  world.settle(isForgetting);
  world.crash(world.room("lobby"));
  expect(registered(world)).toEqual(["lobby"]);
  world.askRoom("lobby", { type: "info" });
  world.settle();
  expect(registered(world)).toEqual([]);
  expect(rowsOf(world)).toEqual([]);
});

test("users who come back before the registry has answered are in it at the end", () => {
  const world = new World();
  join(world, "lobby", "alice");
  remove(world);
  const forgetting = world.pendingCall("forget-room");
  world.settle((pending) => pending === forgetting);
  const bob = startJoin(world, "lobby", "bob");
  world.settle((pending) => pending === forgetting);
  expect(bob.last("welcome").epoch).toBeTruthy();
  world.settle();
  expect(registered(world)).toEqual(["lobby"]);
  world.crash(world.room("lobby"));
  world.askRoom("lobby", { type: "info" });
  world.settle();
  expect(registered(world)).toEqual(["lobby"]);
});

test("somebody who publishes while the room is deleted gets an answer, and stores nothing", () => {
  const world = new World();
  join(world, "lobby", "alice");
  const answers: Reply[] = [];
  world.room("lobby").ask(
    [
      {
        ...{ type: "publish-as", text: "too late" },
        by: { kind: "guest", secret: secretOf("bob"), username: "bob" },
      },
    ],
    (replies) => answers.push(...(replies ?? [])),
  );
  expect(answers).toEqual([]);
  remove(world);
  expect(answers).toMatchObject([{ type: "refused", code: "unavailable" }]);
  world.pass(1000);
  expect(answers).toHaveLength(1);
  expect(rowsOf(world)).toEqual([]);
});

test("names are free at once, and a room that is closed can be deleted, and is open then", () => {
  const world = new World();
  join(world, "lobby", "alice");
  world.askRoom("lobby", { type: "close-room", isClosed: true });
  expect(remove(world)).toEqual({ type: "done" });
  world.settle();
  expect(join(world, "lobby", "bob").last("welcome").seq).toBe(0);
  expect(join(world, "lobby", "alice").last("welcome").username).toBe("alice");
});

test("a room that is not there is not deleted, and stores nothing", () => {
  const world = new World();
  expect(remove(world, "attic")).toMatchObject({ reason: "no_such_room" });
  world.settle();
  expect(world.room("attic").database.tables).toEqual({});
});

test("other rooms and names in the same file keep their rows", () => {
  const sql = new Database();
  sql.exec("CREATE TABLE room (room TEXT PRIMARY KEY, epoch TEXT NOT NULL)");
  sql.exec("CREATE TABLE event_cursor (room TEXT, endpoint TEXT)");
  for (const room of [
    "lobby",
    "lobby (registered)",
    "lobby (import)",
    "lobby2",
  ])
    sql.exec("INSERT INTO room VALUES (?, 'e')", room);
  for (const endpoint of ["w-1", "app", "w-1:m"])
    sql.exec("INSERT INTO event_cursor VALUES ('lobby', ?)", endpoint);
  deleteRows(sql, "lobby");
  expect(sql.exec("SELECT room FROM room ORDER BY room")).toEqual([
    ...[{ room: "lobby (registered)" }, { room: "lobby2" }],
  ]);
  expect(sql.exec("SELECT endpoint FROM event_cursor")).toEqual([
    { endpoint: "w-1:m" },
  ]);
});

test("a developer who adds a table to rooms is told to say whether it goes with a room", () => {
  const root = new URL("../../../src/core/", import.meta.url);
  const files = ["room", "shared/events"].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true }).map(
      (file) => `${folder}/${file}`,
    ),
  );
  const tables = files
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [
      ...readFileSync(new URL(file, root), "utf8").matchAll(
        /CREATE TABLE (?:IF NOT EXISTS )?(\w+)/g,
      ),
    ])
    .map(([, table]) => table);
  expect(tables.length).toBeGreaterThan(15);
  expect([...new Set(tables)].sort()).toEqual(
    [...DELETED_TABLES, ...DELIVERY_TABLES, ...KEPT_TABLES].sort(),
  );
});
