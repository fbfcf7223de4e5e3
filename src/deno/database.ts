// The one SQLite file of a host: how it is opened, and its statements, each prepared once.
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Sql, SqlValue } from "../core/host.ts";

/** What a commit waits for: FULL, the disk; NORMAL, not even that. */
export type Synchronous = "FULL" | "NORMAL";

type Row = Readonly<Record<string, SqlValue>>;

export class Database implements Sql {
  readonly #db: DatabaseSync;
  /** By query: core has a fixed number of them. */
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, synchronous: Synchronous) {
    this.#db = new DatabaseSync(path);
    this.#db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${synchronous};
      PRAGMA busy_timeout = 5000;
      PRAGMA cache_size = -16384;
      PRAGMA journal_size_limit = 67108864;
    `);
  }

  /** Is there a transaction? An error of the disk may have ended it. */
  get isInTransaction(): boolean {
    return this.#db.isTransaction;
  }

  exec(query: string, ...values: SqlValue[]): readonly Row[] {
    let statement = this.#statements.get(query);
    if (statement === undefined) {
      statement = this.#db.prepare(query);
      this.#statements.set(query, statement);
    }
    // Our tables hold neither blobs nor integers beyond 2^53.
    return statement.all(...values) as Row[];
  }

  /** Also moves the write-ahead log into the file, which is then all there is. */
  close(): void {
    this.#statements.clear();
    this.#db.close();
  }
}
