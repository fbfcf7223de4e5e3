// Schema tests: tables are created on first use, migrated from older versions, and refused from newer ones.
import { describe, expect, test } from "vitest";
import {
  BLOCK_TABLES,
  CLAIM_TABLE,
  DIRECTORY_TABLES,
} from "../../../src/core/directory/directory-tables.ts";
import { ROOM_TABLES } from "../../../src/core/room/room-tables.ts";
import { Schema, unrecorded } from "../../../src/core/shared/schema.ts";
import { Database } from "../support/database.ts";
import { join } from "../support/people.ts";
import { World } from "../support/world.ts";

const room = (sql: Database, migrations = ROOM_TABLES) =>
  new Schema({ sql, part: "room", migrations });
const notes = (sql: Database, migrations: string[][]) =>
  new Schema({ sql, part: "notes", migrations });
const directory = (sql: Database, migrations = DIRECTORY_TABLES) =>
  new Schema({
    ...{ sql, part: "directory", migrations },
    unrecorded: CLAIM_TABLE,
  });
const blocks = (sql: Database, migrations = BLOCK_TABLES) =>
  new Schema({
    ...{ sql, part: "blocks", migrations },
    unrecorded: unrecorded("blocked", BLOCK_TABLES),
  });

const first = ["CREATE TABLE note (text TEXT)"];
const second = [
  "ALTER TABLE note ADD COLUMN author TEXT",
  "UPDATE note SET author = 'nobody'",
];

describe("a look for tables", () => {
  test("users' objects write nothing when they only look for tables", () => {
    const sql = new Database();
    expect(room(sql).exists).toBe(false);
    expect(sql.tables).toEqual({});
  });

  test("users' objects write nothing when their tables are up to date", () => {
    const sql = new Database();
    room(sql).create();
    const { written } = sql;
    expect(room(sql).exists).toBe(true);
    expect(sql.written).toBe(written);
  });
});

describe("tables", () => {
  test("users' tables are created once", () => {
    const sql = new Database();
    const schema = room(sql);
    schema.create();
    const { written } = sql;
    schema.create();
    room(sql).create();
    expect(sql.written).toBe(written);
    expect(Object.keys(sql.tables).sort()).toEqual(["log", "room", "schema"]);
  });

  test("users' rooms and directories share a file", () => {
    const sql = new Database();
    room(sql).create();
    directory(sql).create();
    expect(Object.keys(sql.tables).sort()).toEqual([
      ...["claim", "log", "room", "schema"],
    ]);
  });

  test("users' rooms in one file have tables that the first room has created", () => {
    const sql = new Database();
    const lobby = room(sql);
    const kitchen = room(sql);
    lobby.create();
    kitchen.create();
    expect(sql.tables.schema).toEqual([{ part: "room", version: 1 }]);
  });
});

describe("a stored schema", () => {
  test("users' older tables are migrated with their rows", () => {
    const sql = new Database();
    notes(sql, [first]).create();
    sql.exec("INSERT INTO note VALUES ('hello')");
    notes(sql, [first, second]);
    expect(sql.tables).toEqual({
      note: [{ text: "hello", author: "nobody" }],
      schema: [{ part: "notes", version: 2 }],
    });
  });

  test("users' tables are the same after a migration from any version", () => {
    const [old, fresh] = [new Database(), new Database()];
    notes(old, [first]).create();
    notes(old, [first, second]);
    notes(fresh, [first, second]).create();
    expect(old.tables).toEqual(fresh.tables);
  });

  test("users' tables of a newer release are refused with a clear message", () => {
    const sql = new Database();
    room(sql, [...ROOM_TABLES, first]).create();
    expect(() => room(sql)).toThrow(
      "The stored room has schema 2; this release knows up to 1.",
    );
  });
});

test("a room refuses tables of a newer release, and writes nothing", () => {
  const world = new World();
  const { database } = world.room("lobby");
  room(database, [...ROOM_TABLES, first]).create();
  const before = database.tables;
  expect(() => world.open("lobby")).toThrow(/this release knows up to/);
  expect(database.tables).toEqual(before);
});

test("a directory refuses tables of a newer release", () => {
  const world = new World();
  const { database } = world.directory("alice");
  directory(database, [...DIRECTORY_TABLES, first]).create();
  expect(() => join(world, "lobby", "alice")).toThrow(
    /this release knows up to/,
  );
});

describe("tables without a row in the list of versions", () => {
  const columns = (sql: Database) =>
    sql.exec("SELECT name FROM pragma_table_info('claim') ORDER BY cid");

  test("a user's new name gets one table, which has the columns of a migrated one", () => {
    const [old, fresh] = [new Database(), new Database()];
    new Schema({
      ...{ sql: old, part: "directory", migrations: DIRECTORY_TABLES },
    }).create();
    directory(fresh).create();
    expect(Object.keys(fresh.tables)).toEqual(["claim"]);
    expect(columns(fresh)).toEqual(columns(old));
    expect(columns(fresh).length).toBeGreaterThan(0);
  });

  test("a user's table is found again, and nothing is written", () => {
    const sql = new Database();
    directory(sql).create();
    const { tables } = sql;
    const again = directory(sql);
    expect(again.exists).toBe(true);
    again.create();
    expect(sql.tables).toEqual(tables);
  });

  test("users' objects in one file have the table that the first one has created", () => {
    const sql = new Database();
    const [alice, bob] = [directory(sql), directory(sql)];
    alice.create();
    bob.create();
    expect(Object.keys(sql.tables)).toEqual(["claim"]);
  });

  test("a user's table keeps its row where an older release has written one", () => {
    const sql = new Database();
    new Schema({ sql, part: "blocks", migrations: BLOCK_TABLES }).create();
    const { tables } = sql;
    blocks(sql).create();
    expect(sql.tables).toEqual(tables);
  });

  test("a user's table gets a row with the next version", () => {
    const sql = new Database();
    blocks(sql).create();
    sql.exec("INSERT INTO blocked VALUES ('alice', 'u', 'bob')");
    const next = "ALTER TABLE blocked ADD COLUMN at INTEGER";
    blocks(sql, [...BLOCK_TABLES, [next]]);
    expect(sql.tables).toEqual({
      blocked: [{ key: "alice", user: "u", username: "bob", at: null }],
      schema: [{ part: "blocks", version: 2 }],
    });
  });

  test("a user's new table of the next version has a row, too", () => {
    const sql = new Database();
    const next = "ALTER TABLE blocked ADD COLUMN at INTEGER";
    const migrations = [...BLOCK_TABLES, [next]];
    blocks(sql, migrations).create();
    expect(sql.tables.schema).toEqual([{ part: "blocks", version: 2 }]);
    expect(blocks(sql, migrations).exists).toBe(true);
  });
});
