// Registry tables: an object of the registry of rooms, or of names, has one of these tables.
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

export const NAME_REGISTRY_TABLES: Migrations = [
  [
    // room: the name as it is shown.
    `CREATE TABLE IF NOT EXISTS registered_name (
      shard INTEGER,
      room TEXT,
      since INTEGER NOT NULL,
      PRIMARY KEY (shard, room)
    ) WITHOUT ROWID`,
  ],
];
