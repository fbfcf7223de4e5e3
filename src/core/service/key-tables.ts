// Key table: the service object that keeps the server keys has this table.
import type { Migrations } from "../shared/schema.ts";

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
