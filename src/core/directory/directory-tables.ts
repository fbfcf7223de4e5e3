// Directory tables: a directory has these tables for a name, its mail and its block list.
import type { Migrations, UnrecordedTables } from "../shared/schema.ts";

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
