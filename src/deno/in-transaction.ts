// In transaction: runs a function whose writes to a database all happen, or none of them.
import type { Database } from "./database.ts";

export function inTransaction<T>(database: Database, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    // SQLite has done so already if, for example, the disk is full.
    if (database.isInTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
