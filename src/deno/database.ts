// Database: opens the one SQLite file of a process and prepares each statement once.

import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Sql, SqlValue } from "../core/shared/contract.ts";
import { rewriteTables } from "./rewrite-tables.ts";

/** FULL: a commit waits for the disk. NORMAL: a commit does not wait. */
export type Synchronous = "FULL" | "NORMAL";

type Row = Readonly<Record<string, SqlValue>>;

/** The check of a larger file would delay the start for too long. */
const VERIFY_MAX_BYTES = 4 * 2 ** 30;

/** How long a statement waits for another process, ms. */
const BUSY_TIMEOUT_MS = 5000;

/**
 * The write-ahead log moves into the file when it has so many pages, which are 16
 * MB. A page that was written several times until then is moved once.
 */
const CHECKPOINT_PAGES = 4000;

/** The `user_version` of a file that has never held deleted content. */
const CLEAN_VERSION = 1;

/** The file is not a complete database. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
}

export class Database implements Sql {
  readonly #db: DatabaseSync;
  /** By query: core has a fixed number of queries. */
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, synchronous: Synchronous) {
    this.#db = new DatabaseSync(path);
    try {
      // One by one: only a statement's error has the code of SQLite.
      this.exec("PRAGMA journal_mode = WAL");
      this.exec(`PRAGMA synchronous = ${synchronous}`);
      this.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
      this.exec("PRAGMA cache_size = -16384");
      this.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
      this.exec("PRAGMA journal_size_limit = 67108864");
      // Deleted content is overwritten: no text stays in the file.
      this.exec("PRAGMA secure_delete = ON");
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Looks for damage in the whole file: half a second for a gigabyte in the
   * file cache.
   *
   * @throws DatabaseError with the damage; Error if the database belongs to
   * another program
   */
  verify(): void {
    const [size] = this.exec(
      "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size",
    );
    if (Number(size?.bytes) > VERIFY_MAX_BYTES) return;
    const [check] = this.exec("PRAGMA quick_check(1)");
    if (check?.quick_check !== "ok")
      throw new DatabaseError(`${check?.quick_check}`.replaceAll(/\s+/g, " "));
    const tables = this.exec(
      "SELECT name FROM sqlite_master WHERE type = 'table'",
    ).map(({ name }) => name);
    if (tables.length > 0 && !tables.includes("alarm"))
      throw new Error("it holds the tables of another program");
  }

  /**
   * Rewrites a file of a release that left deleted content in it, once: a gigabyte
   * takes some seconds, and as much free space. Moves the write-ahead log into the
   * file in any case.
   *
   * @throws Error if there is no space; the next start tries again
   */
  clean(): void {
    const [{ user_version: version } = {}] = this.exec("PRAGMA user_version");
    if (version === 0) {
      rewriteTables(this);
      this.exec(`PRAGMA user_version = ${CLEAN_VERSION}`);
    }
    this.truncateLog();
  }

  /**
   * Moves the write-ahead log into the file, and empties it: it holds older
   * versions of what was changed.
   *
   * @returns false if somebody reads the file at present, or writes to it
   */
  truncateLog(): boolean {
    if (this.isInTransaction) return false;
    // A backup may read for long: nobody is held up until its end.
    this.exec("PRAGMA busy_timeout = 0");
    try {
      const [{ busy } = {}] = this.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      return busy === 0;
    } finally {
      this.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    }
  }

  /** A disk error may have ended the transaction. */
  get isInTransaction(): boolean {
    return this.#db.isTransaction;
  }

  exec(query: string, ...values: SqlValue[]): readonly Row[] {
    let statement = this.#statements.get(query);
    if (statement === undefined) {
      statement = this.#db.prepare(query);
      this.#statements.set(query, statement);
    }
    try {
      // Our tables hold no blobs.
      return statement.all(...values) as Row[];
    } catch (error) {
      if (!isOutOfRange(error)) throw error;
      return allAsNumbers(statement, values);
    }
  }

  /** Also moves the write-ahead log into the file. */
  close(): void {
    this.#statements.clear();
    this.#db.close();
  }
}

/** The row holds an integer beyond 2^53. An older release stored some. */
function isOutOfRange(error: unknown): boolean {
  return (
    error instanceof RangeError &&
    "code" in error &&
    error.code === "ERR_OUT_OF_RANGE"
  );
}

/** Runs a SELECT again and returns such integers as the nearest number. */
function allAsNumbers(
  statement: StatementSync,
  values: readonly SqlValue[],
): readonly Row[] {
  statement.setReadBigInts(true);
  try {
    const rows = statement.all(...values);
    return rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([column, value]) => [
          column,
          typeof value === "bigint" ? Number(value) : (value as SqlValue),
        ]),
      ),
    );
  } finally {
    statement.setReadBigInts(false);
  }
}
