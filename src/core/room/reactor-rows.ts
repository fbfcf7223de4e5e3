// Reactor rows: a room stores who reacts to a message with one emoji in a row of its own, where they are many.
import type { Sql } from "../shared/contract.ts";
import { Schema, type StoredTables, unrecorded } from "../shared/schema.ts";
import type { ReadBudget } from "./log-rows.ts";
import { REACTOR_TABLES } from "./message-tables.ts";

/** Public ids, each with the seq of the event that added the user. */
export type People = Map<string, number>;

export class ReactorRows {
  readonly #sql: Sql;
  readonly #room: string;
  readonly #schema: Schema;

  constructor(sql: Sql, room: string, tables: StoredTables) {
    this.#sql = sql;
    this.#room = room;
    this.#schema = new Schema({
      ...{ sql, part: "reactors", migrations: REACTOR_TABLES, tables },
      unrecorded: unrecorded("reactors", REACTOR_TABLES),
    });
  }

  read(seq: number, emoji: string): People {
    const [row] = this.#sql.exec(
      "SELECT people FROM reactors WHERE room = ? AND seq = ? AND emoji = ?",
      this.#room,
      seq,
      emoji,
    );
    const stored: [string, number][] = JSON.parse(String(row?.people ?? "[]"));
    return new Map(stored);
  }

  write(seq: number, emoji: string, people: People): void {
    this.#schema.create();
    this.#sql.exec(
      "INSERT OR REPLACE INTO reactors VALUES (?, ?, ?, ?)",
      this.#room,
      seq,
      emoji,
      JSON.stringify([...people]),
    );
  }

  /** Deletes the row of one emoji, or those of all. */
  delete(seq: number, emoji?: string): void {
    this.#sql.exec(
      "DELETE FROM reactors WHERE room = ?1 AND seq = ?2 AND (?3 IS NULL OR emoji = ?3)",
      this.#room,
      seq,
      emoji ?? null,
    );
  }

  /** Does a user react with this emoji? */
  has(seq: number, emoji: string, user: string, budget: ReadBudget): boolean {
    const [row] = this.#sql.exec(
      "SELECT instr(people, ?) AS found, length(people) AS size FROM reactors WHERE room = ? AND seq = ? AND emoji = ?",
      `["${user}",`,
      this.#room,
      seq,
      emoji,
    );
    budget.spend(1, Number(row?.size ?? 0));
    return Number(row?.found ?? 0) > 0;
  }

  /** @returns the emoji with which a user reacts to some messages, by seq */
  withUser(user: string, after: number, upTo: number): Map<number, string[]> {
    const found = new Map<number, string[]>();
    if (!this.#schema.exists) return found;
    const rows = this.#sql.exec(
      "SELECT seq, emoji FROM reactors WHERE room = ? AND seq > ? AND seq <= ? AND instr(people, ?) > 0",
      ...[this.#room, after, upTo, `["${user}",`],
    );
    for (const { seq, emoji } of rows)
      found.set(Number(seq), [...(found.get(Number(seq)) ?? []), `${emoji}`]);
    return found;
  }

  /** Deletes the rows of all messages below a seq. */
  trim(oldest: number): void {
    if (this.#schema.exists)
      this.#sql.exec(
        "DELETE FROM reactors WHERE room = ? AND seq < ?",
        this.#room,
        oldest,
      );
  }

  /** Takes all rows of another log. */
  takeFrom(other: ReactorRows): void {
    if (!other.#schema.exists) return;
    this.#schema.create();
    this.#sql.exec(
      "UPDATE reactors SET room = ? WHERE room = ?",
      this.#room,
      other.#room,
    );
  }
}
