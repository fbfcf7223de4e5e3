// Schema: the tables of rooms and directories have versions, and older tables are migrated to this release's.
import type { Sql } from "./contract.ts";

/**
 * The statements from each version to the next. They are never edited; new ones
 * are added.
 */
export type Migrations = readonly (readonly string[])[];

/**
 * Without a rowid a text key costs one written row instead of two. The room's
 * name is in the key because many rooms share a file on Deno.
 */
export const ROOM_TABLES: Migrations = [
  [
    `CREATE TABLE room (
      room TEXT PRIMARY KEY,
      epoch TEXT NOT NULL
    ) WITHOUT ROWID`,
    // body: `count` events from `first` on, each as the JSON of its frame, with
    // a newline between them.
    `CREATE TABLE log (
      room TEXT,
      first INTEGER,
      count INTEGER NOT NULL,
      body TEXT NOT NULL,
      PRIMARY KEY (room, first)
    ) WITHOUT ROWID`,
  ],
];

/**
 * A column of the log, made when the first event that is no message is stored.
 * Rows from before have none of these events before them.
 */
export const EVENT_KIND_COLUMNS: Migrations = [
  // others: events of the room before this row that are no messages.
  ["ALTER TABLE log ADD COLUMN others INTEGER NOT NULL DEFAULT 0"],
];

/** Erasures have tables of their own, since most rooms delete nothing. */
export const ERASURE_TABLES: Migrations = [
  [
    // Messages that were erased, by the epoch in which they were written.
    // bits: hexadecimal, the lowest bit is the message 1024 * chunk.
    `CREATE TABLE IF NOT EXISTS erasure (
      room TEXT,
      epoch TEXT,
      chunk INTEGER,
      bits TEXT NOT NULL,
      PRIMARY KEY (room, epoch, chunk)
    ) WITHOUT ROWID`,
    // The log of this epoch was imported: its events up to seq are those of the
    // epoch parent.
    `CREATE TABLE IF NOT EXISTS log_origin (
      room TEXT,
      epoch TEXT,
      parent TEXT NOT NULL,
      seq INTEGER NOT NULL,
      PRIMARY KEY (room, epoch)
    ) WITHOUT ROWID`,
  ],
];

/** Topic and pins have a table of their own, since most rooms have neither. */
export const NOTICE_BOARD_TABLES: Migrations = [
  [
    // pins: JSON, with [message, event] for each pin, by seq, the newest first.
    `CREATE TABLE IF NOT EXISTS notice_board (
      room TEXT PRIMARY KEY,
      topic TEXT NOT NULL,
      pins TEXT NOT NULL
    ) WITHOUT ROWID`,
  ],
];

export const DIRECTORY_TABLES: Migrations = [
  [
    // rooms: JSON, with [room, version of the enter] for each room. free_at:
    // when
    // the claim of a user who is in no room ends, ms since 1970. epoch: when
    // the
    // claim began, which tells its mail from that of the next claim. head: the
    // number of the newest mail. had: all mail up to this number has reached a
    // connection. copied: all mail up to this number is in its sender's
    // mailbox.
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
    // letter: JSON of the private message. from_key: the name whose mailbox
    // gets
    // the sender's copy; null if this is that copy. origin: the connection that
    // sent it.
    `CREATE TABLE mail (
      key TEXT,
      mail INTEGER,
      letter TEXT NOT NULL,
      from_key TEXT,
      origin TEXT NOT NULL,
      PRIMARY KEY (key, mail)
    ) WITHOUT ROWID`,
  ],
  // standing: JSON of the claim's status, see claim-status.ts; {} for a guest.
  // It is one column, since an ALTER TABLE costs each new name a row.
  ["ALTER TABLE claim ADD COLUMN standing TEXT NOT NULL DEFAULT '{}'"],
  // settled: each room has answered for all mail up to this number.
  ["ALTER TABLE claim ADD COLUMN settled INTEGER NOT NULL DEFAULT 0"],
];

/**
 * Tables of one version that are made without a row in `schema`: each statement
 * and each row costs money for each new name. A part whose table is there without
 * a row has this version. A part that gets a newer version has rows again.
 */
export interface UnrecordedTables {
  readonly version: number;
  /** The table that tells that the part is there. */
  readonly table: string;
  /** They do nothing if another object in the same file has made the tables. */
  readonly statements: readonly string[];
}

/** The columns are those of the directory's tables, version 3. */
export const CLAIM_TABLE: UnrecordedTables = {
  ...{ version: 3, table: "claim" },
  statements: [
    `CREATE TABLE IF NOT EXISTS claim (
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
      copied INTEGER NOT NULL,
      standing TEXT NOT NULL DEFAULT '{}',
      settled INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID`,
  ],
};

/** Mail has a part of its own, since most names never get any. */
export const MAIL_TABLES: Migrations = [
  [
    `CREATE TABLE IF NOT EXISTS mail (
      key TEXT,
      mail INTEGER,
      letter TEXT NOT NULL,
      from_key TEXT,
      origin TEXT NOT NULL,
      PRIMARY KEY (key, mail)
    ) WITHOUT ROWID`,
  ],
];

/** The block list has tables of its own, since most users block nobody. */
export const BLOCK_TABLES: Migrations = [
  [
    // user: the public id. username: the user's name when they were blocked.
    `CREATE TABLE IF NOT EXISTS blocked (
      key TEXT,
      user TEXT,
      username TEXT,
      PRIMARY KEY (key, user)
    ) WITHOUT ROWID`,
  ],
];

/**
 * Copy marks have tables of their own, since most mailboxes never drop a copy.
 */
export const COPY_TABLES: Migrations = [
  [
    // Copies of the owner's own messages that the mailbox has dropped. source,
    // epoch: the addressee's key and claim; all copies up to its number `mail`
    // have arrived. at: the time of that message, ms since 1970.
    `CREATE TABLE IF NOT EXISTS copied (
      key TEXT,
      source TEXT,
      epoch INTEGER,
      mail INTEGER NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (key, source, epoch)
    ) WITHOUT ROWID`,
  ],
];

/** Event cursors have a table of their own, since most apps hear no events. */
export const CURSOR_TABLES: Migrations = [
  [
    // The endpoint has all events of this epoch up to this seq.
    `CREATE TABLE IF NOT EXISTS event_cursor (
      room TEXT,
      endpoint TEXT,
      epoch TEXT NOT NULL,
      seq INTEGER NOT NULL,
      PRIMARY KEY (room, endpoint)
    ) WITHOUT ROWID`,
  ],
];

/** Roles have a table of their own, since most rooms have none. */
export const ROLE_TABLES: Migrations = [
  [
    // user: the public id. key: the key of the name under which the role holds;
    // empty: the identity alone counts.
    `CREATE TABLE IF NOT EXISTS role (
      room TEXT,
      user TEXT,
      key TEXT,
      role TEXT NOT NULL,
      PRIMARY KEY (room, user, key)
    ) WITHOUT ROWID`,
  ],
];

/** Rooms that tell no webhook who is here have none. */
export const PRESENCE_MARK_TABLES: Migrations = [
  [
    // The endpoint may believe that somebody is in the room.
    `CREATE TABLE IF NOT EXISTS presence_mark (
      room TEXT,
      endpoint TEXT,
      PRIMARY KEY (room, endpoint)
    ) WITHOUT ROWID`,
  ],
];

/** Most endpoints never fail for long. */
export const FAILURE_TABLES: Migrations = [
  [
    // state: JSON, see room/delivery-failures.ts.
    `CREATE TABLE IF NOT EXISTS delivery_failure (
      room TEXT,
      endpoint TEXT,
      state TEXT NOT NULL,
      PRIMARY KEY (room, endpoint)
    ) WITHOUT ROWID`,
  ],
];

/** Bans and mutes have a table of their own, since most rooms have none. */
export const RESTRICTION_TABLES: Migrations = [
  [
    // kind: ban or mute. user: the public id. key, username: the user's name
    // when it began. until: when it ends, ms since 1970; null: never. rank: of
    // the role by which it was made.
    `CREATE TABLE IF NOT EXISTS restriction (
      room TEXT,
      kind TEXT,
      user TEXT,
      key TEXT NOT NULL,
      username TEXT NOT NULL,
      until INTEGER,
      rank INTEGER NOT NULL,
      PRIMARY KEY (room, kind, user)
    ) WITHOUT ROWID`,
  ],
];

/** Most rooms have no rules of their own. */
export const POLICY_TABLES: Migrations = [
  [
    // policy: JSON, see room/room-policy.ts.
    `CREATE TABLE IF NOT EXISTS room_policy (
      room TEXT PRIMARY KEY,
      policy TEXT NOT NULL
    ) WITHOUT ROWID`,
  ],
];

/** The keys that the admin makes, in an object of their own. */
export const KEY_TABLES: Migrations = [
  [
    // hash: SHA-256 of the secret in hex. scopes: JSON. rooms: JSON; null: all
    // but private ones. made: ms since 1970. An id may have two rows.
    `CREATE TABLE IF NOT EXISTS api_key (
      id TEXT,
      hash TEXT,
      scopes TEXT NOT NULL,
      rooms TEXT,
      made INTEGER NOT NULL,
      PRIMARY KEY (id, hash)
    ) WITHOUT ROWID`,
  ],
];

/** @returns the first version of a part as tables without a row in `schema` */
export function unrecorded(
  table: string,
  [statements = []]: Migrations,
): UnrecordedTables {
  return { version: 1, table, statements };
}

/** The tables that a database has, read once for all parts of an object. */
export class StoredTables {
  readonly #names: ReadonlySet<unknown>;
  readonly #versions: ReadonlyMap<unknown, number>;

  constructor(sql: Sql) {
    const tables = sql.exec(
      "SELECT name FROM sqlite_master WHERE type = 'table'",
    );
    this.#names = new Set(tables.map(({ name }) => name));
    const rows = this.#names.has("schema")
      ? sql.exec("SELECT part, version FROM schema")
      : [];
    this.#versions = new Map(
      rows.map(({ part, version }) => [part, Number(version)]),
    );
  }

  /** @returns the version of a part; 0 if it is not there */
  versionOf(part: string, unrecorded: UnrecordedTables | null): number {
    const recorded = this.#versions.get(part);
    if (recorded !== undefined || unrecorded === null) return recorded ?? 0;
    return this.#names.has(unrecorded.table) ? unrecorded.version : 0;
  }
}

export interface SchemaOptions {
  readonly sql: Sql;
  /** The part's name in `schema`. */
  readonly part: string;
  readonly migrations: Migrations;
  readonly unrecorded?: UnrecordedTables;
  readonly tables?: StoredTables;
}

/** The tables of one part in a database. */
export class Schema {
  readonly #sql: Sql;
  readonly #part: string;
  readonly #migrations: Migrations;
  readonly #unrecorded: UnrecordedTables | null;
  #version: number;

  /** Only reads: an object that stores nothing stays empty. */
  constructor({ sql, part, migrations, ...options }: SchemaOptions) {
    const { tables = new StoredTables(sql), unrecorded = null } = options;
    this.#sql = sql;
    this.#part = part;
    this.#migrations = migrations;
    this.#unrecorded = unrecorded;
    this.#version = tables.versionOf(part, unrecorded);
    if (this.#version > migrations.length)
      throw new Error(
        `The stored ${part} has schema ${this.#version}; this release knows up to ${migrations.length}.`,
      );
    if (this.#version > 0) this.create();
  }

  get exists(): boolean {
    return this.#version > 0;
  }

  /**
   * Migrates the tables to this release's version, if they are not there yet.
   */
  create(): void {
    const newest = this.#migrations.length;
    if (this.#version === newest) return;
    const unrecorded = this.#unrecorded;
    if (this.#version === 0 && unrecorded?.version === newest) {
      for (const statement of unrecorded.statements) this.#sql.exec(statement);
      this.#version = newest;
      return;
    }
    // Another object in the same file may have made the tables since.
    const stored = new StoredTables(this.#sql);
    this.#version = stored.versionOf(this.#part, unrecorded);
    if (this.#version === newest) return;
    this.#sql.exec(
      "CREATE TABLE IF NOT EXISTS schema (part TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID",
    );
    for (const statements of this.#migrations.slice(this.#version))
      for (const statement of statements) this.#sql.exec(statement);
    this.#version = newest;
    this.#sql.exec(
      "INSERT OR REPLACE INTO schema VALUES (?, ?)",
      this.#part,
      this.#version,
    );
  }
}
