// Schema: the tables of rooms and directories have versions, and older tables are migrated to this release's.
import type { Sql } from "./contract.ts";

/**
 * The statements from each version to the next. They are never edited; new ones
 * are added.
 */
export type Migrations = readonly (readonly string[])[];

/**
 * Tables of one version that are made without a row in `schema`: each statement
 * and each row costs money for each new name. A part whose table is there without
 * a row has this version. A part that gets a newer version has rows again.
 */
export interface UnrecordedTables {
  readonly version: number;
  /** The table that tells that the part is there. */
  readonly table: string;
  /** They do nothing if another object in the same file has made the tables. */
  readonly statements: readonly string[];
}

/** @returns the first version of a part as tables without a row in `schema` */
export function unrecorded(
  table: string,
  [statements = []]: Migrations,
): UnrecordedTables {
  return { version: 1, table, statements };
}

/** Has the database a table? Most are made when they are first used. */
export function hasTable(sql: Sql, name: string): boolean {
  return (
    sql.exec(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name = ?",
      name,
    ).length > 0
  );
}

/** Has the table a column? A table of an older release may lack some. */
export function hasColumn(sql: Sql, table: string, column: string): boolean {
  const query = "SELECT name FROM pragma_table_info(?) WHERE name = ?";
  return sql.exec(query, table, column).length > 0;
}

/** The tables that a database has, read once for all parts of an object. */
export class StoredTables {
  readonly #names: ReadonlySet<unknown>;
  readonly #versions: ReadonlyMap<unknown, number>;

  constructor(sql: Sql) {
    const tables = sql.exec(
      "SELECT name FROM sqlite_master WHERE type = 'table'",
    );
    this.#names = new Set(tables.map(({ name }) => name));
    const rows = this.#names.has("schema")
      ? sql.exec("SELECT part, version FROM schema")
      : [];
    this.#versions = new Map(
      rows.map(({ part, version }) => [part, Number(version)]),
    );
  }

  /** @returns the version of a part; 0 if it is not there */
  versionOf(part: string, unrecorded: UnrecordedTables | null): number {
    const recorded = this.#versions.get(part);
    if (recorded !== undefined || unrecorded === null) return recorded ?? 0;
    return this.#names.has(unrecorded.table) ? unrecorded.version : 0;
  }
}

export interface SchemaOptions {
  readonly sql: Sql;
  /** The part's name in `schema`. */
  readonly part: string;
  readonly migrations: Migrations;
  readonly unrecorded?: UnrecordedTables;
  readonly tables?: StoredTables;
}

/** The tables of one part in a database. */
export class Schema {
  readonly #sql: Sql;
  readonly #part: string;
  readonly #migrations: Migrations;
  readonly #unrecorded: UnrecordedTables | null;
  #version: number;

  /** Only reads: an object that stores nothing stays empty. */
  constructor({ sql, part, migrations, ...options }: SchemaOptions) {
    const { tables = new StoredTables(sql), unrecorded = null } = options;
    this.#sql = sql;
    this.#part = part;
    this.#migrations = migrations;
    this.#unrecorded = unrecorded;
    this.#version = tables.versionOf(part, unrecorded);
    if (this.#version > migrations.length)
      throw new Error(
        `The stored ${part} has schema ${this.#version}; this release knows up to ${migrations.length}.`,
      );
    if (this.#version > 0) this.create();
  }

  get exists(): boolean {
    return this.#version > 0;
  }

  /**
   * Migrates the tables to this release's version, if they are not there yet.
   */
  create(): void {
    const newest = this.#migrations.length;
    if (this.#version === newest) return;
    const unrecorded = this.#unrecorded;
    if (this.#version === 0 && unrecorded?.version === newest) {
      for (const statement of unrecorded.statements) this.#sql.exec(statement);
      this.#version = newest;
      return;
    }
    // Another object in the same file may have made the tables since.
    const stored = new StoredTables(this.#sql);
    this.#version = stored.versionOf(this.#part, unrecorded);
    if (this.#version === newest) return;
    this.#sql.exec(
      "CREATE TABLE IF NOT EXISTS schema (part TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID",
    );
    for (const statements of this.#migrations.slice(this.#version))
      for (const statement of statements) this.#sql.exec(statement);
    this.#version = newest;
    this.#sql.exec(
      "INSERT OR REPLACE INTO schema VALUES (?, ?)",
      this.#part,
      this.#version,
    );
  }
}
