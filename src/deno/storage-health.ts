// Storage health: tells whether what is written is kept, and if not, why.
import type { Database } from "./database.ts";
import { log } from "./log.ts";

/**
 * Why writes are not kept: the data folder or a file in it is `missing`, the
 * database is `damaged`, the disk is `full`, or the system is `failing` to
 * write for another reason.
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

/** A disk that refused a write may take a smaller one: it is not well yet, in ms. */
const RETRY_MS = 30_000;

export class StorageHealth {
  readonly #database: Pick<Database, "exec" | "isInTransaction">;
  readonly #isPresent: () => boolean;
  #problem: StorageProblem | null = null;
  /** Of the newest error, ms since 1970. */
  #failedAt = 0;

  /** @param isPresent are the folder and its files where they were? */
  constructor(
    database: Pick<Database, "exec" | "isInTransaction">,
    isPresent: () => boolean = () => true,
  ) {
    this.#database = database;
    this.#isPresent = isPresent;
  }

  /**
   * After a commit: would the next process find it?
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
   * After an error.
   *
   * @returns true if it is the storage's, and known already
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
   * Looks anew. A damaged database stays so until the next start: parts of it
   * may work on.
   */
  check(): StorageProblem | null {
    if (this.#problem === "damaged") return this.#problem;
    if (!this.#isPresent()) this.#set("missing");
    else if (this.#problem === "missing") this.#set(null);
    else if (this.#problem !== null && this.#failedAt < Date.now() - RETRY_MS)
      this.#tryToWrite();
    return this.#problem;
  }

  /** Writes a page, as a full disk has no room for. */
  #tryToWrite(): void {
    if (this.#database.isInTransaction) return;
    try {
      this.#database.exec("PRAGMA user_version = 0");
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
