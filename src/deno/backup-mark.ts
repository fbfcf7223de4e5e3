// Backup mark: a database that is a backup says so in a table, until a server has restored it.
import type { Sql } from "../core/shared/contract.ts";
import { hasTable } from "../core/shared/schema.ts";

/** The erased messages, in a file beside the database. */
export const LEDGER_FILE = "erasures.ndjson";

/** @param at when the copy was made, ms since 1970; a copy of a backup keeps its time */
export function markBackup(sql: Sql, at: number): void {
  if (backedUpAt(sql) !== null) return;
  sql.exec("CREATE TABLE backup (made INTEGER NOT NULL)");
  sql.exec("INSERT INTO backup VALUES (?)", at);
}

/** @returns when the backup was made, ms since 1970; null: it is none */
export function backedUpAt(sql: Sql): number | null {
  if (!hasTable(sql, "backup")) return null;
  const [row] = sql.exec("SELECT made FROM backup");
  return Number(row?.made ?? 0);
}

export function unmarkBackup(sql: Sql): void {
  sql.exec("DROP TABLE backup");
}
