// Event cursor: a room remembers up to which event one endpoint has its events, in memory, and in a row from time to time.
import type { Sql } from "../contract.ts";
import type { EventPosition } from "../event-batches.ts";
import { Schema, type StoredTables, unrecorded } from "../schema.ts";
import { CURSOR_TABLES } from "./delivery-tables.ts";

export class EventCursor {
  readonly endpoint: string;
  readonly #sql: Sql;
  readonly #room: string;
  readonly #schema: Schema;
  /** Events up to this one were delivered; null: the endpoint is new here. */
  #position: EventPosition | null;
  #stored: EventPosition | null;

  /** Only reads. */
  constructor(sql: Sql, room: string, endpoint: string, tables: StoredTables) {
    this.#sql = sql;
    this.#room = room;
    this.endpoint = endpoint;
    this.#schema = new Schema({
      ...{ sql, tables, part: "event cursors", migrations: CURSOR_TABLES },
      unrecorded: unrecorded("event_cursor", CURSOR_TABLES),
    });
    this.#stored = this.#schema.exists ? this.#read() : null;
    this.#position = this.#stored;
  }

  get position(): EventPosition | null {
    return this.#position;
  }

  /** The position in the row. */
  get stored(): EventPosition | null {
    return this.#stored;
  }

  /** Is the position in the row? */
  get isSaved(): boolean {
    return this.#position === this.#stored;
  }

  /** The number of events that a crash would deliver again; Infinity: unknown. */
  get unsavedCount(): number {
    const [position, stored] = [this.#position, this.#stored];
    if (position === null || position === stored) return 0;
    return position.epoch === stored?.epoch
      ? position.seq - stored.seq
      : Infinity;
  }

  /** Takes over a position that outlived a sleep, unless the row has a newer one. */
  restore(position: EventPosition): void {
    const own = this.#position;
    if (own !== null && position.epoch === own.epoch && position.seq > own.seq)
      this.#position = position;
  }

  /** Events up to this one were delivered. */
  advance(position: EventPosition): void {
    this.#position = position;
  }

  /** The endpoint is new again. */
  delete(): void {
    [this.#position, this.#stored] = [null, null];
    if (this.#schema.exists)
      this.#sql.exec(
        "DELETE FROM event_cursor WHERE room = ? AND endpoint = ?",
        ...[this.#room, this.endpoint],
      );
  }

  /** Writes the row, if it is not the position. */
  save(): void {
    const position = this.#position;
    if (position === null || this.isSaved) return;
    this.#schema.create();
    this.#sql.exec(
      "INSERT OR REPLACE INTO event_cursor VALUES (?, ?, ?, ?)",
      this.#room,
      this.endpoint,
      position.epoch,
      position.seq,
    );
    this.#stored = position;
  }

  #read(): EventPosition | null {
    const [row] = this.#sql.exec(
      "SELECT epoch, seq FROM event_cursor WHERE room = ? AND endpoint = ?",
      this.#room,
      this.endpoint,
    );
    return row === undefined
      ? null
      : { epoch: String(row.epoch), seq: Number(row.seq) };
  }
}

/**
 * Finds rooms with events that one of these endpoints may not have, in a file
 * with many rooms.
 *
 * @returns their names
 */
export function findLaggingRooms(
  sql: Sql,
  endpoints: readonly string[],
): string[] {
  const [table] = sql.exec(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'event_cursor'",
  );
  if (table === undefined) return [];
  return sql
    .exec(
      `SELECT DISTINCT cursor.room FROM event_cursor AS cursor
      JOIN room ON room.room = cursor.room
      WHERE cursor.endpoint IN (SELECT value FROM json_each(?))
      AND (cursor.epoch <> room.epoch OR cursor.seq < (
        SELECT first + count - 1 FROM log WHERE log.room = cursor.room
        ORDER BY first DESC LIMIT 1
      ))`,
      JSON.stringify(endpoints),
    )
    .map(({ room }) => String(room));
}

/**
 * The same for names with private messages that an endpoint may not have.
 *
 * @returns the names' keys
 */
export function findLaggingNames(
  sql: Sql,
  endpoints: readonly string[],
): string[] {
  const tables = sql.exec(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('event_cursor', 'mail')",
  );
  if (tables.length < 2) return [];
  return sql
    .exec(
      `SELECT DISTINCT room FROM event_cursor
      WHERE endpoint IN (SELECT value FROM json_each(?))
      AND seq < (SELECT max(mail) FROM mail WHERE key = room)`,
      JSON.stringify(endpoints),
    )
    .map(({ room }) => String(room));
}
