// Mention cursor: a row says from which message on a room may still have to tell who is mentioned, until all have been told.
import type { Sql } from "../shared/contract.ts";
import {
  type Migrations,
  Schema,
  type StoredTables,
  unrecorded,
} from "../shared/schema.ts";

const CURSOR_TABLES: Migrations = [
  [
    // All mentions up to this message were told; later ones may not be.
    `CREATE TABLE IF NOT EXISTS mention_cursor (
      room TEXT PRIMARY KEY,
      epoch TEXT NOT NULL,
      seq INTEGER NOT NULL
    ) WITHOUT ROWID`,
  ],
];

export interface MentionPosition {
  readonly epoch: string;
  readonly seq: number;
}

export class MentionCursor {
  readonly #sql: Sql;
  readonly #room: string;
  readonly #schema: Schema;
  /** null: no mention waits. */
  #stored: MentionPosition | null;

  /** Only reads. */
  constructor(sql: Sql, room: string, tables: StoredTables) {
    this.#sql = sql;
    this.#room = room;
    this.#schema = new Schema({
      ...{ sql, tables, part: "mention cursor", migrations: CURSOR_TABLES },
      unrecorded: unrecorded("mention_cursor", CURSOR_TABLES),
    });
    this.#stored = this.#schema.exists ? this.#read() : null;
  }

  get stored(): MentionPosition | null {
    return this.#stored;
  }

  save(position: MentionPosition): void {
    this.#schema.create();
    this.#sql.exec(
      "INSERT OR REPLACE INTO mention_cursor VALUES (?, ?, ?)",
      ...[this.#room, position.epoch, position.seq],
    );
    this.#stored = position;
  }

  delete(): void {
    if (this.#stored === null) return;
    this.#sql.exec("DELETE FROM mention_cursor WHERE room = ?", this.#room);
    this.#stored = null;
  }

  #read(): MentionPosition | null {
    const [row] = this.#sql.exec(
      "SELECT epoch, seq FROM mention_cursor WHERE room = ?",
      this.#room,
    );
    return row === undefined
      ? null
      : { epoch: `${row.epoch}`, seq: Number(row.seq) };
  }
}
