// Schema tests: tables are created on first use, migrated from older versions, and refused from newer ones.
import { describe, expect, test } from "vitest";
import {
  DIRECTORY_TABLES,
  ROOM_TABLES,
  Schema,
} from "../../../src/core/shared/schema.ts";
import { Database } from "../support/database.ts";
import { join } from "../support/people.ts";
import { World } from "../support/world.ts";

const first = ["CREATE TABLE note (text TEXT)"];
const second = [
  "ALTER TABLE note ADD COLUMN author TEXT",
  "UPDATE note SET author = 'nobody'",
];

describe("a look for tables", () => {
  test("users' objects write nothing when they only look for tables", () => {
    const sql = new Database();
    expect(new Schema(sql, "room", ROOM_TABLES).exists).toBe(false);
    expect(sql.tables).toEqual({});
  });

  test("users' objects write nothing when their tables are up to date", () => {
    const sql = new Database();
    new Schema(sql, "room", ROOM_TABLES).create();
    const { written } = sql;
    expect(new Schema(sql, "room", ROOM_TABLES).exists).toBe(true);
    expect(sql.written).toBe(written);
  });
});

describe("tables", () => {
  test("users' tables are created once", () => {
    const sql = new Database();
    const schema = new Schema(sql, "room", ROOM_TABLES);
    schema.create();
    const { written } = sql;
    schema.create();
    new Schema(sql, "room", ROOM_TABLES).create();
    expect(sql.written).toBe(written);
    expect(Object.keys(sql.tables).sort()).toEqual(["log", "room", "schema"]);
  });

  test("users' rooms and directories share a file", () => {
    const sql = new Database();
    new Schema(sql, "room", ROOM_TABLES).create();
    new Schema(sql, "directory", DIRECTORY_TABLES).create();
    expect(sql.tables.schema).toHaveLength(2);
  });

  test("users' rooms in one file have tables that the first room has created", () => {
    const sql = new Database();
    const lobby = new Schema(sql, "room", ROOM_TABLES);
    const kitchen = new Schema(sql, "room", ROOM_TABLES);
    lobby.create();
    kitchen.create();
    expect(sql.tables.schema).toEqual([{ part: "room", version: 1 }]);
  });
});

describe("a stored schema", () => {
  test("users' older tables are migrated with their rows", () => {
    const sql = new Database();
    new Schema(sql, "notes", [first]).create();
    sql.exec("INSERT INTO note VALUES ('hello')");
    new Schema(sql, "notes", [first, second]);
    expect(sql.tables).toEqual({
      note: [{ text: "hello", author: "nobody" }],
      schema: [{ part: "notes", version: 2 }],
    });
  });

  test("users' tables are the same after a migration from any version", () => {
    const [old, fresh] = [new Database(), new Database()];
    new Schema(old, "notes", [first]).create();
    new Schema(old, "notes", [first, second]);
    new Schema(fresh, "notes", [first, second]).create();
    expect(old.tables).toEqual(fresh.tables);
  });

  test("users' tables of a newer release are refused with a clear message", () => {
    const sql = new Database();
    new Schema(sql, "room", [...ROOM_TABLES, first]).create();
    expect(() => new Schema(sql, "room", ROOM_TABLES)).toThrow(
      "The stored room has schema 2; this release knows up to 1.",
    );
  });
});

test("a room refuses tables of a newer release, and writes nothing", () => {
  const world = new World();
  const { database } = world.room("lobby");
  new Schema(database, "room", [...ROOM_TABLES, first]).create();
  const before = database.tables;
  expect(() => world.open("lobby")).toThrow(/this release knows up to/);
  expect(database.tables).toEqual(before);
});

test("a directory refuses tables of a newer release", () => {
  const world = new World();
  const { database } = world.directory("alice");
  new Schema(database, "directory", [...DIRECTORY_TABLES, first]).create();
  expect(() => join(world, "lobby", "alice")).toThrow(
    /this release knows up to/,
  );
});
