// Registration tests: each room with a log is in the registry once, over lost calls, crashes and older releases.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { findUnregisteredRooms } from "../../../src/core/room/registration.ts";
import {
  registryName,
  registryShardOf,
} from "../../../src/core/shared/registry-requests.ts";
import type { Op } from "../../../src/core/shared/rpc.ts";
import { Database } from "../support/database.ts";
import { join, startJoin } from "../support/people.ts";
import { type PendingCall, World } from "../support/world.ts";

const MARK = "lobby (registered)";
const SHARD = registryShardOf(
  createHash("sha256").update("lobby").digest("base64url"),
);

function registered(world: World) {
  const { database } = world.service(registryName(SHARD));
  const rows = database.tables.registered_room ?? [];
  return rows.map((row) => (row as { room: string }).room);
}

function markOf(world: World) {
  const rows = world.room("lobby").database.tables.room ?? [];
  return rows.filter((row) => (row as { room: string }).room === MARK);
}

const asksRegistry = ({ ops }: PendingCall) =>
  ops.some(({ type }) => type === "enter-room");

/** Counts the calls to the registry. */
function watched(world: World) {
  const calls: PendingCall[] = [];
  world.onCall = (call) => {
    if (asksRegistry(call)) calls.push(call);
  };
  return calls;
}

test("a room enters the registry with its first member, and never again", () => {
  const world = new World();
  const calls = watched(world);
  const alice = join(world, "lobby", "alice");
  expect(registered(world)).toEqual(["lobby"]);
  join(world, "lobby", "bob");
  alice.send({ type: "message", text: "hello" });
  world.pass(1000);
  world.hibernate(world.room("lobby"));
  alice.send({ type: "message", text: "hello again" });
  world.pass(1000);
  world.crash(world.room("lobby"));
  join(world, "lobby", "alice");
  expect(calls).toHaveLength(1);
  expect(world.room("lobby").alarm).toBeNull();
});

test("a user's first join costs its room one row for the registry, and later ones none", () => {
  const world = new World();
  const { database } = world.room("lobby");
  startJoin(world, "lobby", "alice");
  world.settle(asksRegistry);
  const before = database.written;
  world.settle();
  expect(database.written).toBe(before + 1);
  join(world, "lobby", "bob");
  expect(database.written).toBe(before + 1);
});

test("a room that nobody got into, or that was only looked for, is not registered", () => {
  const world = new World();
  const calls = watched(world);
  join(world, "attic", "alice");
  calls.length = 0;
  startJoin(world, "lobby", "alice", { as: "mallory" });
  world.settle();
  world.askRoom("lobby", { type: "info" });
  world.pass(1000);
  expect(calls).toEqual([]);
  expect(world.room("lobby").database.tables).toEqual({});
});

test("a private room is registered too, also by the message of a bot", () => {
  const world = new World({ PRIVATE_ROOMS: ["lobby"] });
  const op: Op = {
    ...{ type: "publish", identity: "bot-identity-0123" },
    ...{ username: "bot:ci", text: "built" },
  };
  world.room("lobby").ask([op], () => undefined);
  world.pass(1000);
  expect(registered(world)).toEqual(["lobby"]);
});

test("a room whose call is lost or refused asks again by its alarm, ever more rarely", () => {
  const world = new World();
  const calls = watched(world);
  startJoin(world, "lobby", "alice");
  world.settle(asksRegistry);
  world.lose(world.pendingCall("enter-room"));
  expect(registered(world)).toEqual([]);
  expect(world.room("lobby").alarm).toBe(world.now + 60_000);
  world.advance(60_000);
  // It took effect, and the answer is lost.
  const second = world.pendingCall("enter-room");
  world.deliver(second);
  world.lose(second);
  expect(registered(world)).toEqual(["lobby"]);
  expect(world.room("lobby").alarm).toBe(world.now + 120_000);
  world.hibernate(world.room("lobby"));
  world.pass(120_000);
  expect(registered(world)).toEqual(["lobby"]);
  expect(markOf(world)).toHaveLength(1);
  expect(calls).toHaveLength(3);
});

test("a room that dies before the registry has answered asks when it is next opened", () => {
  const world = new World();
  startJoin(world, "lobby", "alice");
  world.settle(asksRegistry);
  world.crash(world.room("lobby"));
  expect(registered(world)).toEqual([]);
  world.askRoom("lobby", { type: "info" });
  world.settle();
  expect(registered(world)).toEqual(["lobby"]);
  expect(markOf(world)).toHaveLength(1);
});

test("a room of an older release registers when it is next opened", () => {
  const world = new World();
  join(world, "lobby", "alice");
  const lobby = world.room("lobby");
  lobby.database.exec("DELETE FROM room WHERE room = ?", MARK);
  world
    .service(registryName(SHARD))
    .database.exec("DELETE FROM registered_room");
  world.crash(lobby);
  world.askRoom("lobby", { type: "info" });
  world.settle();
  expect(registered(world)).toEqual(["lobby"]);
});

test("a process finds the rooms that an older release has made in its file", () => {
  const sql = new Database();
  expect(findUnregisteredRooms(sql)).toEqual([]);
  sql.exec(
    "CREATE TABLE room (room TEXT PRIMARY KEY, epoch TEXT NOT NULL) WITHOUT ROWID",
  );
  for (const room of ["lobby", MARK, "attic", "attic (import)", "大厅"])
    sql.exec("INSERT INTO room VALUES (?, 'e')", room);
  expect(findUnregisteredRooms(sql)).toEqual(["attic", "大厅"]);
});
