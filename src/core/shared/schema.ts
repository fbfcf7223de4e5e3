// The tables of rooms and directories, their versions, and how old ones become new ones.
import type { Sql } from "./contract.ts";

/** Statements that lead from each version to the next; never edited, only added to. */
type Migrations = readonly (readonly string[])[];

/**
 * Without a rowid a text key costs one written row instead of two, and the
 * room's name in the key lets many rooms share a file.
 */
export const ROOM_TABLES: Migrations = [
  [
    `CREATE TABLE room (
      room TEXT PRIMARY KEY,
      epoch TEXT NOT NULL
    ) WITHOUT ROWID`,
    // body: `count` events from `first` on, each the JSON of its frame, a
    // newline between them.
    `CREATE TABLE log (
      room TEXT,
      first INTEGER,
      count INTEGER NOT NULL,
      body TEXT NOT NULL,
      PRIMARY KEY (room, first)
    ) WITHOUT ROWID`,
  ],
];

export const DIRECTORY_TABLES: Migrations = [
  [
    // rooms: JSON, [room, version of the enter] each. free_at: ms since 1970 at
    // which the claim of somebody who is in no room ends. epoch: when it began,
    // which tells the mail of one claim from that of the next. head: newest mail.
    // had, copied: all mail up to these numbers has reached a socket, and its
    // sender's own mail.
    `CREATE TABLE claim (
      key TEXT PRIMARY KEY,
      key_version INTEGER NOT NULL,
      identity TEXT NOT NULL,
      username TEXT NOT NULL,
      rooms TEXT NOT NULL,
      free_at INTEGER,
      alarm_at INTEGER,
      epoch INTEGER NOT NULL,
      head INTEGER NOT NULL,
      had INTEGER NOT NULL,
      copied INTEGER NOT NULL
    ) WITHOUT ROWID`,
    // letter: JSON of what was posted. from_key: the name whose mail gets the
    // sender's copy; null if this is that copy. origin: the connection that
    // it came by.
    `CREATE TABLE mail (
      key TEXT,
      mail INTEGER,
      letter TEXT NOT NULL,
      from_key TEXT,
      origin TEXT NOT NULL,
      PRIMARY KEY (key, mail)
    ) WITHOUT ROWID`,
  ],
  // standing: JSON of what a guest's claim has nothing of, see standing.ts.
  // One column, since every new name pays a row for each.
  ["ALTER TABLE claim ADD COLUMN standing TEXT NOT NULL DEFAULT '{}'"],
  // settled: every room has answered to all mail up to this number.
  ["ALTER TABLE claim ADD COLUMN settled INTEGER NOT NULL DEFAULT 0"],
];

/** Apart from the claims, since most names block nobody. */
export const BLOCK_TABLES: Migrations = [
  [
    // user: public id. username: what they were called then.
    `CREATE TABLE blocked (
      key TEXT,
      user TEXT,
      username TEXT,
      PRIMARY KEY (key, user)
    ) WITHOUT ROWID`,
  ],
];

/** Apart as well: most mailboxes never drop a copy. */
export const COPY_TABLES: Migrations = [
  [
    // The owner's own messages, of which the mailbox has dropped the copies:
    // of those that the claim with this epoch on the name `source` received,
    // all up to number `mail` were there. at: of that message, ms since 1970.
    `CREATE TABLE copied (
      key TEXT,
      source TEXT,
      epoch INTEGER,
      mail INTEGER NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (key, source, epoch)
    ) WITHOUT ROWID`,
  ],
];

/** One part's tables in a database. */
export class Schema {
  readonly #sql: Sql;
  readonly #part: string;
  readonly #migrations: Migrations;
  #version: number;

  /** Reads only: an object that nobody has written to stays unwritten. */
  constructor(sql: Sql, part: string, migrations: Migrations) {
    this.#sql = sql;
    this.#part = part;
    this.#migrations = migrations;
    this.#version = storedVersion(sql, part);
    if (this.#version > migrations.length)
      throw new Error(
        `The stored ${part} has schema ${this.#version}; this release knows up to ${migrations.length}.`,
      );
    if (this.#version > 0) this.create();
  }

  get exists(): boolean {
    return this.#version > 0;
  }

  /** Brings the tables to this release's version; costs nothing if they are. */
  create(): void {
    if (this.#version === this.#migrations.length) return;
    // Another object in the same file may have made them since.
    this.#version = storedVersion(this.#sql, this.#part);
    if (this.#version === this.#migrations.length) return;
    if (this.#version === 0)
      this.#sql.exec(
        "CREATE TABLE IF NOT EXISTS schema (part TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID",
      );
    for (const statements of this.#migrations.slice(this.#version))
      for (const statement of statements) this.#sql.exec(statement);
    this.#version = this.#migrations.length;
    this.#sql.exec(
      "INSERT OR REPLACE INTO schema VALUES (?, ?)",
      this.#part,
      this.#version,
    );
  }
}

function storedVersion(sql: Sql, part: string): number {
  const [table] = sql.exec(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'schema'",
  );
  if (table === undefined) return 0;
  const [row] = sql.exec("SELECT version FROM schema WHERE part = ?", part);
  return Number(row?.version ?? 0);
}
