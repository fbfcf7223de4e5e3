// Presence mark: a row says that an endpoint may believe that somebody is in the room, so that a restart puts it right.
import type { Sql } from "../shared/contract.ts";
import { Schema, type StoredTables, unrecorded } from "../shared/schema.ts";
import { PRESENCE_MARK_TABLES } from "./room-tables.ts";

export class PresenceMark {
  readonly #sql: Sql;
  readonly #key: readonly [room: string, endpoint: string];
  readonly #schema: Schema;
  #isStored = false;

  /** Only reads. */
  constructor(sql: Sql, room: string, endpoint: string, tables: StoredTables) {
    this.#sql = sql;
    this.#key = [room, endpoint];
    this.#schema = new Schema({
      ...{ sql, tables, part: "presence marks" },
      migrations: PRESENCE_MARK_TABLES,
      unrecorded: unrecorded("presence_mark", PRESENCE_MARK_TABLES),
    });
    if (!this.#schema.exists) return;
    const rows = sql.exec(
      "SELECT room FROM presence_mark WHERE room = ? AND endpoint = ?",
      ...this.#key,
    );
    this.#isStored = rows.length > 0;
  }

  get isStored(): boolean {
    return this.#isStored;
  }

  save(): void {
    if (this.#isStored) return;
    this.#schema.create();
    this.#sql.exec("INSERT INTO presence_mark VALUES (?, ?)", ...this.#key);
    this.#isStored = true;
  }

  delete(): void {
    if (!this.#isStored) return;
    this.#sql.exec(
      "DELETE FROM presence_mark WHERE room = ? AND endpoint = ?",
      ...this.#key,
    );
    this.#isStored = false;
  }
}

/**
 * Finds rooms in which one of these endpoints may believe that somebody is, in a
 * file with many rooms.
 *
 * @returns their names
 */
export function findMarkedRooms(
  sql: Sql,
  endpoints: readonly string[],
): string[] {
  const [table] = sql.exec(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'presence_mark'",
  );
  if (table === undefined) return [];
  return sql
    .exec(
      "SELECT DISTINCT room FROM presence_mark WHERE endpoint IN (SELECT value FROM json_each(?))",
      JSON.stringify(endpoints),
    )
    .map(({ room }) => String(room));
}
