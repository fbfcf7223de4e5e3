// Purge table: a room stores the purges whose messages are not all erased yet, so that a crash does not bring a text back.
import type { Sql } from "../shared/contract.ts";
import {
  type Migrations,
  Schema,
  type StoredTables,
  unrecorded,
} from "../shared/schema.ts";
import type { PurgeRange } from "./purged-lines.ts";

/** A purge has a row only while its messages are being erased. */
const PURGE_TABLES: Migrations = [
  [
    // The messages of the user from the seq first to last, written or edited at
    // since or later, ms since 1970.
    `CREATE TABLE IF NOT EXISTS purge (
      room TEXT,
      last INTEGER,
      user TEXT,
      first INTEGER NOT NULL,
      since INTEGER NOT NULL,
      PRIMARY KEY (room, last, user)
    ) WITHOUT ROWID`,
  ],
];

export class PurgeTable {
  readonly #sql: Sql;
  readonly #room: string;
  readonly #schema: Schema;

  /** Only reads. */
  constructor(sql: Sql, room: string, tables: StoredTables) {
    this.#sql = sql;
    this.#room = room;
    this.#schema = new Schema({
      ...{ sql, part: "purges", migrations: PURGE_TABLES, tables },
      unrecorded: unrecorded("purge", PURGE_TABLES),
    });
  }

  read(): PurgeRange[] {
    if (!this.#schema.exists) return [];
    return this.#sql
      .exec(
        "SELECT user, first, last, since FROM purge WHERE room = ?",
        this.#room,
      )
      .map(({ user, first, last, since }) => ({
        user: `${user}`,
        ...{ from: Number(first), to: Number(last), since: Number(since) },
      }));
  }

  /** Of two that end at the same event, one covers both. */
  add({ user, from, to, since }: PurgeRange): void {
    this.#schema.create();
    this.#sql.exec(
      `INSERT INTO purge (room, last, user, first, since) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET since = min(since, excluded.since)`,
      ...[this.#room, to, user, from, since],
    );
  }

  delete({ user, to }: PurgeRange): void {
    this.#sql.exec(
      "DELETE FROM purge WHERE room = ? AND last = ? AND user = ?",
      ...[this.#room, to, user],
    );
  }
}
