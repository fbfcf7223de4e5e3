// Test database: SQLite in memory implements the interface that core uses for SQL.
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Sql, SqlValue } from "../../../src/core/shared/contract.ts";

/** The error of a write to a database that a test has made full. */
export class DiskFull extends Error {}

export class Database implements Sql {
  readonly #db = new DatabaseSync(":memory:");
  readonly #statements = new Map<string, StatementSync>();
  /** If true, every statement that writes throws `DiskFull`. */
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

  /** Runs `work` in a transaction, as hosts run every event. */
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

  /** All rows by table, so that a test can see that nothing has changed. */
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

  /** Rows written so far, in all tables. */
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
