// Stored tables test: each list of tables that code keeps by hand has every table and column that it concerns, or a reason here why not.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { withRoomEpochs } from "../../src/cli/room-epochs.ts";
import { dumpName, loadName } from "../../src/core/directory/name-dump.ts";
import {
  moveClaims,
  renewMarkers,
} from "../../src/core/directory/restore-names.ts";
import { renewEpochs } from "../../src/core/room/restore-rooms.ts";
import { dumpRoom, loadRoom } from "../../src/core/room/room-dump.ts";
import type { TableDump } from "../../src/core/shared/dump-requests.ts";
import { nameKey } from "../../src/protocol/name-key.ts";
import { DEFAULT_SETTINGS } from "../../src/protocol/settings.ts";
import { Database } from "../core/support/database.ts";
import { playVictim, USER, VICTIM } from "../core/support/erasing.ts";
import { identityOf } from "../core/support/people.ts";
import { type Content, STORED_TABLES } from "./support/stored-tables.ts";

const ROOM = "lobby";
const KEY = "zelda";
const [BEFORE, AFTER] = ["epoch-before", "epoch-after"];
const CLAIM = 1000;
const MOVED_MS = 7;

type Row = Readonly<Record<string, string | number | null>>;

/** The statements that make and alter tables, in the order of the files. */
function statements(): string[] {
  const source = fileURLToPath(new URL("../../src", import.meta.url));
  const text = readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .sort()
    .map((path) => readFileSync(join(source, path), "utf8"))
    .join("\n");
  const found = text.matchAll(
    /[`"]((?:CREATE TABLE|ALTER TABLE \w+ ADD) [^`$"]+)[`"]/g,
  );
  return [...new Set([...found].map(([, statement = ""]) => statement))];
}

/** A database with all tables of the code, without rows. */
function emptyDatabase(): Database {
  const database = new Database();
  const all = statements();
  const isAlter = (statement: string) => statement.startsWith("ALTER");
  for (const statement of all.filter((one) => !isAlter(one)))
    database.exec(
      // The shape of an older release may come first: it is altered below.
      statement.replace(/TABLE (?:IF NOT EXISTS )?/, "TABLE IF NOT EXISTS "),
    );
  for (const statement of all.filter(isAlter)) {
    const [, table = "", column = ""] =
      /TABLE (\w+) ADD COLUMN (\w+)/.exec(statement) ?? [];
    if (!columnsOf(database, table).includes(column)) database.exec(statement);
  }
  return database;
}

function columnsOf(database: Database, table: string): string[] {
  return database
    .exec("SELECT name FROM pragma_table_info(?)", table)
    .map(({ name }) => `${name}`);
}

/** Values that code parses. */
const PARSED: { readonly [column: string]: string | number } = {
  "room_policy.policy": "{}",
  "network_ban.known": "[]",
  "claim.rooms": "[]",
  "claim.standing": JSON.stringify({ visits: [[ROOM, 1, BEFORE, 1]] }),
  "mail.letter": JSON.stringify({
    ...{ id: "1", identity: "i", username: "n", to: "t", text: "x", at: 1 },
    ...{ epoch: CLAIM, source: { key: "k", epoch: CLAIM, mail: 1 } },
  }),
  "mention.room": ROOM,
  ...{ "log.first": 1, "log.count": 1 },
  "log.body": JSON.stringify({
    ...{ type: "message", seq: 1, room: ROOM, at: 1 },
    ...{ user: "u", username: "n", text: "x" },
  }),
};

function storedValue(
  table: string,
  column: string,
  contents: readonly Content[],
): string | number {
  const parsed = PARSED[`${table}.${column}`];
  if (parsed !== undefined) return parsed;
  if (contents.includes("object")) return column === "room" ? ROOM : KEY;
  if (contents.includes("epoch")) return BEFORE;
  return contents.includes("claim") ? CLAIM : 5;
}

/** A database with a row in each table, of one room and one name. */
function filledDatabase(): Database {
  const database = emptyDatabase();
  // The parts that are not known by their tables.
  for (const part of ["room", "event kinds"])
    database.exec("INSERT INTO schema VALUES (?, 1)", part);
  for (const [table, { columns }] of Object.entries(STORED_TABLES)) {
    const names = Object.keys(columns);
    database.exec(
      `INSERT INTO ${table} (${names}) VALUES (${names.map(() => "?")})`,
      ...Object.entries(columns).map(([column, contents]) =>
        storedValue(table, column, contents),
      ),
    );
  }
  return database;
}

function rowsOf(database: Database, table: string): Row[] {
  return database.tables[table] as Row[];
}

/** The columns that hold one of these, as `table.column`. */
function columnsWith(...wanted: Content[]): string[] {
  return Object.entries(STORED_TABLES).flatMap(([table, { columns }]) =>
    Object.entries(columns)
      .filter(([, contents]) => wanted.some((one) => contents.includes(one)))
      .map(([column]) => `${table}.${column}`),
  );
}

/** The columns of rows of `before` that `after` has with other values. */
function changed(
  before: { readonly [table: string]: readonly Row[] },
  after: { readonly [table: string]: readonly Row[] },
): string[] {
  return Object.entries(before).flatMap(([table, [row = {}]]) =>
    Object.keys(row)
      .filter((column) =>
        after[table]?.every((other) => other[column] !== row[column]),
      )
      .map((column) => `${table}.${column}`),
  );
}

/** All but those that have a reason, which must all be there. */
function without(
  all: readonly string[],
  reasons: Readonly<Record<string, string>>,
): string[] {
  const exceptions = Object.keys(reasons);
  expect(exceptions.filter((one) => !all.includes(one))).toEqual([]);
  return all.filter((one) => !exceptions.includes(one)).sort();
}

test("each table and column of the code is known here, by what it holds", () => {
  const database = emptyDatabase();
  const tables = Object.keys(database.tables);
  expect(Object.keys(STORED_TABLES).sort()).toEqual(tables.sort());
  for (const [table, { columns }] of Object.entries(STORED_TABLES))
    expect(Object.keys(columns).sort(), table).toEqual(
      columnsOf(database, table).sort(),
    );
});

/** Epochs of a log that a restore of a file leaves. */
const NOT_RENEWED = {
  "erasure.epoch": "log_origin leads from the new epoch to it.",
  "log_origin.epoch": "A further row leads from the new epoch to it.",
  "log_origin.parent": "It is the epoch of an older log.",
  "event_cursor.epoch": "By the other epoch its endpoint is told of a gap.",
  "retention.epoch": "By the other epoch the room sets its alarm anew.",
};

test("a file that is restored has new epochs in each column with epochs", () => {
  const database = filledDatabase();
  const before = database.tables as { [table: string]: Row[] };
  const rooms = renewEpochs(database, () => AFTER);
  renewMarkers(database, rooms);
  moveClaims(database, MOVED_MS);
  const after = database.tables as { [table: string]: Row[] };
  expect(changed(before, after).sort()).toEqual(
    without(columnsWith("epoch", "claim"), NOT_RENEWED),
  );
});

function tablesFrom(source: string): string[] {
  return Object.entries(STORED_TABLES)
    .filter(([, { copy }]) => copy === source)
    .map(([table]) => table)
    .sort();
}

function roomContext(sql: Database, head: number) {
  return {
    ...{ name: ROOM, effects: {}, flush: () => undefined },
    platform: { sql, random: () => AFTER },
    log: { epoch: BEFORE, head },
    erasures: { parentOf: () => null },
  } as unknown as Parameters<typeof dumpRoom>[0];
}

const claim = { username: VICTIM } as Parameters<typeof dumpName>[1];

function name(sql: Database) {
  return { sql, key: KEY, settings: DEFAULT_SETTINGS };
}

/** The tables that have a row with the values of `from`, but for these columns. */
function expectSame(
  from: Database,
  to: Database,
  tables: readonly string[],
  reasons: Readonly<Record<string, string>>,
): void {
  const rows = (database: Database) =>
    Object.fromEntries(tables.map((one) => [one, rowsOf(database, one)]));
  for (const table of tables) expect(rowsOf(to, table), table).toHaveLength(1);
  expect(without(changed(rows(from), rows(to)), reasons)).toEqual([]);
}

test("a backup of a room has each table that its log does not give, with all columns", () => {
  const database = filledDatabase();
  const { tables } = dumpRoom(roomContext(database, 5));
  expect(Object.keys(tables).sort()).toEqual(tablesFrom("room dump"));
  const other = emptyDatabase();
  expect(
    loadRoom(roomContext(other, 0), { type: "load-room", tables }, 1),
  ).toEqual({ type: "done" });
  expectSame(database, other, Object.keys(tables), {
    "report_numbering.epoch": "Other reports may have had these numbers since.",
  });
});

test("a backup of a name has each of its tables, with all columns", () => {
  const database = filledDatabase();
  const { tables } = dumpName(name(database), claim);
  expect(Object.keys(tables).sort()).toEqual(tablesFrom("name dump"));
  const other = emptyDatabase();
  const load = { type: "load-name", tables, movedBy: 0 } as const;
  expect(loadName(name(other), null, load, 1)).toMatchObject({
    alarmAt: expect.any(Number),
  });
  expectSame(database, other, Object.keys(tables), {
    "claim.alarm_at": "It is set anew.",
    "claim.key_version": "The key is made by this release.",
  });
});

test("a name that comes to another server has that server's epochs in each column", () => {
  const { tables } = dumpName(name(filledDatabase()), claim);
  const epochs = new Map([[`${ROOM} ${BEFORE}`, AFTER]]);
  const moved = withRoomEpochs(tables, epochs) as TableDump;
  const ofNames = columnsWith("epoch").filter((one) =>
    tablesFrom("name dump").includes(one.split(".")[0] ?? ""),
  );
  expect(changed(tables, moved).sort()).toEqual(ofNames.sort());
});

/** Columns that the scene of test/core/user-erasure.test.ts does not reach. */
const NOT_PLAYED = {
  "blocked.username": "The row goes with its user. The scene blocks by the id.",
  "copied.source": "That test has a scene of its own for dropped copies.",
  "erasure_job.job": "It begins with the erasure.",
  "erasure_task.name": "It begins with the erasure.",
  "network_ban.known": "That test has a scene of its own for guests.",
  "network_ban.user": "That test has a scene of its own for guests.",
  "purge.user": "The row goes with its user: see PLACES in erase-user.ts.",
  "reactors.people": "That test has a scene of its own for many reactions.",
  "user_erasure.addressees": "It begins with the erasure.",
  "user_erasure.keys": "It begins with the erasure.",
  "user_erasure.user": "It begins with the erasure.",
};

test("the user who is erased in tests stands in each column that can hold a user", () => {
  const traces = [USER, identityOf(VICTIM), VICTIM, nameKey(VICTIM), "xyzzy"];
  const { world } = playVictim();
  const found = world.hosts.flatMap(({ database }) =>
    Object.entries(database.tables).flatMap(([table, rows]) =>
      (rows as Row[]).flatMap((row) =>
        Object.keys(row)
          .filter((column) =>
            traces.some((one) => `${row[column]}`.includes(one)),
          )
          .map((column) => `${table}.${column}`),
      ),
    ),
  );
  const objects = columnsWith("object");
  const stood = [...new Set(found)].filter((one) => !objects.includes(one));
  expect(stood.sort()).toEqual(
    without(columnsWith("user", "text"), NOT_PLAYED),
  );
});
