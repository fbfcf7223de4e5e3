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
 * @throws DumpError if a table or a row is not of this release; nothing has
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
    for (const row of rows) checkRow(table, columns, row);
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

interface Column {
  readonly type: "TEXT" | "INTEGER";
  readonly mayBeNull: boolean;
}

/** The columns in the statement that makes the table, but for its key. */
function columnsOf(known: DumpedTable | undefined): Map<string, Column> {
  const made = known?.statements.find((statement) =>
    statement.includes(`EXISTS ${known.table} (`),
  );
  const [, list = ""] = /PRIMARY KEY \((.*)\)/.exec(made ?? "") ?? [];
  const keys = list.split(", ");
  const columns = new Map<string, Column>();
  for (const match of made?.matchAll(COLUMN) ?? []) {
    const [, column = "", type, notNull] = match;
    const isRequired = notNull !== undefined || keys.includes(column);
    columns.set(column, {
      type: type === "TEXT" ? "TEXT" : "INTEGER",
      mayBeNull: !isRequired,
    });
  }
  columns.delete(known?.key ?? "");
  return columns;
}

const COLUMN = /^\s+([a-z_]+) (TEXT|INTEGER)\b( NOT NULL)?/gm;

/** Such a row is stored without an error, and its object can read it. */
function checkRow(
  table: string,
  columns: ReadonlyMap<string, Column>,
  row: DumpedRow,
): void {
  if (!Object.keys(row).every((column) => columns.has(column)))
    throw new DumpError("It has a column that this release does not know.");
  for (const [column, { type, mayBeNull }] of columns) {
    const value = Object.hasOwn(row, column) ? row[column] : null;
    const isType =
      type === "TEXT" ? typeof value === "string" : typeof value === "number";
    const isAbsent = value === null || value === undefined;
    if (!(isAbsent ? mayBeNull : isType))
      throw new DumpError(`A row of ${table} has no right ${column}.`);
  }
}

/** A row that the dump has twice is stored once. */
function insert(sql: Sql, table: string, row: DumpedRow): void {
  const columns = Object.keys(row);
  const marks = columns.map(() => "?").join();
  sql.exec(
    `INSERT OR REPLACE INTO ${table} (${columns.join()}) VALUES (${marks})`,
    ...Object.values(row),
  );
}

function without(row: DumpedRow, column: string): DumpedRow {
  const { [column]: _, ...rest } = row;
  return rest;
}
