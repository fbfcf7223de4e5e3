// Delivery tables: rooms and directories have these tables for the endpoints that get their events.
import type { Migrations } from "../schema.ts";

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
