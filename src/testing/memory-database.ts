// Memory database: SQLite in memory gives one object of a test chat its storage.
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Sql, SqlValue } from "../core/shared/contract.ts";

export class MemoryDatabase implements Sql {
  protected readonly db = new DatabaseSync(":memory:");
  readonly #statements = new Map<string, StatementSync>();

  exec(
    query: string,
    ...values: SqlValue[]
  ): readonly Readonly<Record<string, SqlValue>>[] {
    const statement = this.#statements.get(query) ?? this.db.prepare(query);
    this.#statements.set(query, statement);
    return statement
      .all(...values)
      .map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([column, value]) => [column, plain(value)]),
        ),
      );
  }

  /** Runs `work` in a transaction, which is taken back if it throws. */
  transaction<T>(work: () => T): T {
    this.db.exec("BEGIN");
    try {
      const result = work();
      this.db.exec("COMMIT");
      return result;
    } catch (error) {
      this.db.exec("ROLLBACK");
      throw error;
    }
  }
}

function plain(value: unknown): SqlValue {
  if (value === null) return null;
  if (typeof value === "string" || typeof value === "number") return value;
  throw new Error(`Core stores text and numbers, not ${typeof value}.`);
}
