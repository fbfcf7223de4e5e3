// Storage health: tells whether writes are stored, and if not, why.

import { log } from "../hosting/log.ts";
import type { Database } from "./database.ts";

/**
 * The reason why writes are not stored: the data folder or a file in it is
 * `missing`, the database is `damaged`, the disk is `full`, or the system is
 * `failing` to write for another reason.
 */
export type StorageProblem = "missing" | "damaged" | "full" | "failing";

/** Primary result codes of SQLite: https://sqlite.org/rescode.html */
const PROBLEMS: Readonly<Record<number, StorageProblem>> = {
  5: "failing", // SQLITE_BUSY
  6: "failing", // SQLITE_LOCKED
  8: "failing", // SQLITE_READONLY
  10: "failing", // SQLITE_IOERR
  11: "damaged", // SQLITE_CORRUPT
  13: "full", // SQLITE_FULL
  14: "failing", // SQLITE_CANTOPEN
  26: "damaged", // SQLITE_NOTADB
};

/**
 * A disk that refused a write may accept a smaller one, so it counts as failed
 * for this time.
 */
const RETRY_MS = 30_000;

export class StorageHealth {
  readonly #database: Pick<Database, "exec" | "isInTransaction">;
  readonly #isPresent: () => boolean;
  #problem: StorageProblem | null = null;
  /** The time of the newest error, ms since 1970. */
  #failedAt = 0;

  /**
   * @param isPresent tells whether the folder and its files are in their place
   */
  constructor(
    database: Pick<Database, "exec" | "isInTransaction">,
    isPresent: () => boolean = () => true,
  ) {
    this.#database = database;
    this.#isPresent = isPresent;
  }

  /**
   * Checks after a commit whether a restart would find the data.
   *
   * @returns false if nothing of it may be acknowledged
   */
  confirmCommit(): boolean {
    if (!this.#isPresent()) {
      this.#set("missing");
      return false;
    }
    if (this.#problem !== "damaged") this.#set(null);
    return true;
  }

  /**
   * Notes an error.
   *
   * @returns true if storage caused it, and the problem is known already
   */
  observe(error: unknown): boolean {
    const problem = problemOf(error);
    if (problem === null) return false;
    const isKnown = this.#problem !== null;
    this.#failedAt = Date.now();
    if (this.#problem !== "damaged") this.#set(problem);
    return isKnown;
  }

  /**
   * Checks again. A damaged database stays damaged until the next start, since
   * parts of it may still work.
   */
  check(): StorageProblem | null {
    if (this.#problem === "damaged") return this.#problem;
    if (!this.#isPresent()) this.#set("missing");
    else if (this.#problem === "missing") this.#set(null);
    else if (this.#problem !== null && this.#failedAt < Date.now() - RETRY_MS)
      this.#tryToWrite();
    return this.#problem;
  }

  /** Writes one page, which a full disk cannot take. */
  #tryToWrite(): void {
    if (this.#database.isInTransaction) return;
    try {
      const [version] = this.#database.exec("PRAGMA user_version");
      const number = Number(version?.user_version ?? 0);
      // It tells the next start whether the file has to be rewritten.
      this.#database.exec(`PRAGMA user_version = ${number}`);
      this.#set(null);
    } catch (error) {
      this.observe(error);
    }
  }

  #set(problem: StorageProblem | null): void {
    if (this.#problem === problem) return;
    this.#problem = problem;
    log(
      problem === null
        ? { event: "storage works again" }
        : { event: "storage failed", problem },
    );
  }
}

/** @returns null if the error does not come from SQLite, or is a bug of ours */
export function problemOf(error: unknown): StorageProblem | null {
  if (!(error instanceof Error) || !("errcode" in error)) return null;
  return PROBLEMS[Number(error.errcode) & 0xff] ?? null;
}
