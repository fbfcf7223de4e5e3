// User erasure table: a room stores the users whom it erases, until the service of erasures knows what it has found.
import * as v from "valibot";
import type { Sql } from "../shared/contract.ts";
import {
  type Migrations,
  Schema,
  type StoredTables,
  unrecorded,
} from "../shared/schema.ts";

/** A user has a row only while the user is being erased. */
const USER_ERASURE_TABLES: Migrations = [
  [
    // user: the public id. last: all events up to this seq are looked through.
    // keys, addressees: JSON, see erase-requests.ts. is_swept: 1 once nothing is
    // left but this row.
    `CREATE TABLE IF NOT EXISTS user_erasure (
      room TEXT,
      user TEXT,
      last INTEGER NOT NULL,
      keys TEXT NOT NULL,
      addressees TEXT NOT NULL,
      is_swept INTEGER NOT NULL,
      PRIMARY KEY (room, user)
    ) WITHOUT ROWID`,
  ],
];

export interface StoredUserErasure {
  readonly user: string;
  readonly last: number;
  readonly keys: readonly string[];
  readonly addressees: readonly string[];
  readonly isSwept: boolean;
}

const TextsSchema = v.array(v.string());

export class UserErasureTable {
  readonly #sql: Sql;
  readonly #room: string;
  readonly #schema: Schema;

  /** Only reads. */
  constructor(sql: Sql, room: string, tables: StoredTables) {
    this.#sql = sql;
    this.#room = room;
    this.#schema = new Schema({
      ...{
        sql,
        part: "user erasures",
        migrations: USER_ERASURE_TABLES,
        tables,
      },
      unrecorded: unrecorded("user_erasure", USER_ERASURE_TABLES),
    });
  }

  read(): StoredUserErasure[] {
    if (!this.#schema.exists) return [];
    return this.#sql
      .exec(
        "SELECT user, last, keys, addressees, is_swept FROM user_erasure WHERE room = ?",
        this.#room,
      )
      .map(({ user, last, keys, addressees, is_swept }) => ({
        ...{ user: `${user}`, last: Number(last), isSwept: is_swept === 1 },
        keys: v.parse(TextsSchema, JSON.parse(`${keys}`)),
        addressees: v.parse(TextsSchema, JSON.parse(`${addressees}`)),
      }));
  }

  write(one: StoredUserErasure): void {
    this.#schema.create();
    const { user, last, keys, addressees, isSwept } = one;
    this.#sql.exec(
      "INSERT OR REPLACE INTO user_erasure VALUES (?, ?, ?, ?, ?, ?)",
      ...[this.#room, user, last, JSON.stringify(keys)],
      ...[JSON.stringify(addressees), isSwept ? 1 : 0],
    );
  }

  delete(user: string): void {
    if (!this.#schema.exists) return;
    this.#sql.exec(
      "DELETE FROM user_erasure WHERE room = ? AND user = ?",
      ...[this.#room, user],
    );
  }
}
