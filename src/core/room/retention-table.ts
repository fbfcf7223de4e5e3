// Retention table: a room stores when it next deletes events that are too old, so that the alarm for it is set once.
import type { Sql } from "../shared/contract.ts";
import {
  type Migrations,
  Schema,
  type StoredTables,
  unrecorded,
} from "../shared/schema.ts";

/** Rooms that keep their events for ever have none. */
const RETENTION_TABLES: Migrations = [
  [
    // wake_at: ms since 1970; null: the room has nothing to delete. days: the
    // value of ROOM_DAYS, and epoch: the epoch of the log, by which it was made.
    `CREATE TABLE IF NOT EXISTS retention (
      room TEXT PRIMARY KEY,
      wake_at INTEGER,
      days INTEGER NOT NULL,
      epoch TEXT NOT NULL
    ) WITHOUT ROWID`,
  ],
];

export class RetentionTable {
  readonly #sql: Sql;
  readonly #room: string;
  readonly #days: number;
  readonly #schema: Schema;

  /** Only reads. */
  constructor(sql: Sql, room: string, days: number, tables: StoredTables) {
    this.#sql = sql;
    this.#room = room;
    this.#days = days;
    this.#schema = new Schema({
      ...{ sql, part: "retention", migrations: RETENTION_TABLES, tables },
      unrecorded: unrecorded("retention", RETENTION_TABLES),
    });
  }

  /** @returns ms since 1970; null: there is none for this log and this setting */
  read(epoch: string | null): number | null {
    if (!this.#schema.exists) return null;
    const [row] = this.#sql.exec(
      "SELECT wake_at FROM retention WHERE room = ? AND days = ? AND epoch = ?",
      ...[this.#room, this.#days, epoch],
    );
    const at = row?.wake_at ?? null;
    return at === null ? null : Number(at);
  }

  /** Writes one row. @param at ms since 1970; null: the room has nothing to delete */
  write(at: number | null, epoch: string): void {
    this.#schema.create();
    this.#sql.exec(
      "INSERT OR REPLACE INTO retention VALUES (?, ?, ?, ?)",
      ...[this.#room, at, this.#days, epoch],
    );
  }
}

/**
 * Finds rooms that have set no alarm for the age of their events, in a file with
 * many rooms: they slept when the setting was made.
 *
 * @param days the value of ROOM_DAYS; 0: no room needs an alarm
 * @returns their names
 */
export function findUnscheduledRooms(sql: Sql, days: number): string[] {
  if (days === 0) return [];
  const tables = sql.exec(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('log', 'retention')",
  );
  const names = tables.map(({ name }) => name);
  if (!names.includes("log")) return [];
  // A name with a blank is none of a room: an import is staged under it.
  const logs =
    "SELECT room FROM room WHERE instr(room, ' ') = 0 AND room IN (SELECT room FROM log)";
  const rooms = names.includes("retention")
    ? sql.exec(
        `${logs} AND NOT EXISTS (
          SELECT 1 FROM retention WHERE retention.room = room.room
          AND retention.epoch = room.epoch AND (days = ? OR wake_at IS NULL)
        )`,
        days,
      )
    : sql.exec(logs);
  return rooms.map(({ room }) => String(room));
}
