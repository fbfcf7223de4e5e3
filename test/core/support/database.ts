// Test database: SQLite in memory implements the interface that core uses for SQL.
import type { SqlValue } from "../../../src/core/shared/contract.ts";
import { MemoryDatabase } from "../../../src/testing/memory-database.ts";

/** The error of a write to a database that a test has made full. */
export class DiskFull extends Error {}

export class Database extends MemoryDatabase {
  /** If true, every statement that writes throws `DiskFull`. */
  isFull = false;

  override exec(query: string, ...values: SqlValue[]) {
    if (this.isFull && !query.startsWith("SELECT")) throw new DiskFull();
    return super.exec(query, ...values);
  }

  get isInTransaction(): boolean {
    return this.db.isTransaction;
  }

  /** All rows by table, so that a test can see that nothing has changed. */
  get tables(): Record<string, unknown[]> {
    const names = this.db
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
      .all()
      .map(({ name }) => String(name));
    return Object.fromEntries(
      names.map((name) => [
        name,
        this.db.prepare(`SELECT * FROM ${name}`).all(),
      ]),
    );
  }

  /** Rows written so far, in all tables. */
  get written(): number {
    const [row] = this.db.prepare("SELECT total_changes() AS rows").all();
    return Number(row?.rows);
  }
}
