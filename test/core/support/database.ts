// SQLite in memory, behind the interface that core knows.
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Sql, SqlValue } from "../../../src/core/shared/contract.ts";

/** What a test does on purpose to a database: writing to it fails. */
export class DiskFull extends Error {}

export class Database implements Sql {
  readonly #db = new DatabaseSync(":memory:");
  readonly #statements = new Map<string, StatementSync>();
  /** From now on every statement that would write throws `DiskFull`. */
  isFull = false;

  exec(
    query: string,
    ...values: SqlValue[]
  ): readonly Readonly<Record<string, SqlValue>>[] {
    if (this.isFull && !query.startsWith("SELECT")) throw new DiskFull();
    const statement = this.#statements.get(query) ?? this.#db.prepare(query);
    this.#statements.set(query, statement);
    return statement
      .all(...values)
      .map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([column, value]) => [column, plain(value)]),
        ),
      );
  }

  /** All or nothing, as hosts run every event. */
  transaction<T>(work: () => T): T {
    this.#db.exec("BEGIN");
    try {
      const result = work();
      this.#db.exec("COMMIT");
      return result;
    } catch (error) {
      this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  get isInTransaction(): boolean {
    return this.#db.isTransaction;
  }

  /** Everything that is stored, by table: to see that it is left alone. */
  get tables(): Record<string, unknown[]> {
    const names = this.#db
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
      .all()
      .map(({ name }) => String(name));
    return Object.fromEntries(
      names.map((name) => [
        name,
        this.#db.prepare(`SELECT * FROM ${name}`).all(),
      ]),
    );
  }

  /** Rows written so far, of whatever table. */
  get written(): number {
    const [row] = this.#db.prepare("SELECT total_changes() AS rows").all();
    return Number(row?.rows);
  }
}

function plain(value: unknown): SqlValue {
  if (value === null) return null;
  if (typeof value === "string" || typeof value === "number") return value;
  throw new Error(`Core stores text and numbers, not ${typeof value}.`);
}
