// Table dump: the rows that an object has in some of its tables become plain data for a backup, and rows again elsewhere.
import type { Sql } from "./contract.ts";
import type { DumpedRow, TableDump } from "./dump-requests.ts";
import { hasTable } from "./schema.ts";

export interface DumpedTable {
  readonly table: string;
  /** The column with the name of the object. */
  readonly key: string;
  /** Make the table, and do nothing if it is there. */
  readonly statements: readonly string[];
}

/** A dump does not fit the tables of this release. */
export class DumpError extends Error {
  override readonly name = "DumpError";
}

/** @param name of the object, or the key of a name */
export function dumpTables(
  sql: Sql,
  tables: readonly DumpedTable[],
  name: string,
): TableDump {
  const dump: Record<string, DumpedRow[]> = {};
  for (const { table, key } of tables) {
    if (!hasTable(sql, table)) continue;
    const rows = sql.exec(`SELECT * FROM ${table} WHERE ${key} = ?`, name);
    if (rows.length > 0) dump[table] = rows.map((row) => without(row, key));
  }
  return dump;
}

/**
 * Replaces the rows of an object.
 *
 * @throws DumpError if a table or a column is not of this release; nothing has
 * happened then
 */
export function loadTables(
  sql: Sql,
  tables: readonly DumpedTable[],
  name: string,
  dump: TableDump,
): void {
  const known = new Map(tables.map((one) => [one.table, one]));
  for (const table of Object.keys(dump))
    if (!known.has(table))
      throw new DumpError("It has a table that this release does not know.");
  for (const [table, rows] of Object.entries(dump)) {
    const columns = columnsOf(known.get(table));
    for (const row of rows)
      if (!Object.keys(row).every((column) => columns.has(column)))
        throw new DumpError("It has a column that this release does not know.");
  }
  // Before the first write: a read after it costs more.
  const stored = tables.filter(({ table }) => hasTable(sql, table));
  for (const { table, key } of stored)
    sql.exec(`DELETE FROM ${table} WHERE ${key} = ?`, name);
  for (const [table, rows] of Object.entries(dump)) {
    const { key = "", statements = [] } = known.get(table) ?? {};
    for (const statement of statements) sql.exec(statement);
    for (const row of rows) insert(sql, table, { ...row, [key]: name });
  }
}

/** The names in the statement that makes the table. */
function columnsOf(known: DumpedTable | undefined): Set<string> {
  const made = known?.statements.find((statement) =>
    statement.includes(`EXISTS ${known.table} (`),
  );
  const columns = made?.matchAll(/^\s+([a-z_]+) (?:TEXT|INTEGER)\b/gm) ?? [];
  return new Set([...columns].map(([, column = ""]) => column));
}

function insert(sql: Sql, table: string, row: DumpedRow): void {
  const columns = Object.keys(row);
  const marks = columns.map(() => "?").join();
  sql.exec(
    `INSERT INTO ${table} (${columns.join()}) VALUES (${marks})`,
    ...Object.values(row),
  );
}

function without(row: DumpedRow, column: string): DumpedRow {
  const { [column]: _, ...rest } = row;
  return rest;
}
