// Registry tables: an object of the registry of rooms has this table.
import type { Migrations } from "../shared/schema.ts";

export const REGISTRY_TABLES: Migrations = [
  [
    // shard: the object, since all of them share a file on Deno. since: ms
    // since 1970.
    `CREATE TABLE IF NOT EXISTS registered_room (
      shard INTEGER,
      room TEXT,
      since INTEGER NOT NULL,
      PRIMARY KEY (shard, room)
    ) WITHOUT ROWID`,
  ],
];
