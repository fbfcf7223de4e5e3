// Room tables: a room has these tables for its log, erasures, notices and webhooks, each made when it is first used.
import type { Migrations } from "../shared/schema.ts";

/**
 * Without a rowid a text key costs one written row instead of two. The room's
 * name is in the key because many rooms share a file on Deno.
 */
export const ROOM_TABLES: Migrations = [
  [
    // A log that is being imported, and the mark of registration.ts, have rows
    // under names that no room can have.
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
