// Erasure: a text that was deleted leaves the files of the data folder within a minute.
import { log, stackOf } from "../hosting/log.ts";
import type { Database } from "./database.ts";
import type { GroupCommit } from "./group-commit.ts";

/** The wait after an erasure: many of them are one write. */
const WAIT_MS = 5000;

export class Erasure {
  readonly #database: Pick<Database, "truncateLog">;
  readonly #groupCommit: Pick<GroupCommit, "afterCommit">;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    database: Pick<Database, "truncateLog">,
    groupCommit: Pick<GroupCommit, "afterCommit">,
  ) {
    this.#database = database;
    this.#groupCommit = groupCommit;
  }

  /**
   * An object has erased something. The file is overwritten by then; the
   * write-ahead log still has the content from before.
   */
  noteErased(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      // No transaction is open then.
      this.#groupCommit.afterCommit(() => this.#emptyLog());
    }, WAIT_MS);
  }

  /** Closing the database empties the log, too. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #emptyLog(): void {
    try {
      // Somebody who makes a backup may read just now.
      if (!this.#database.truncateLog()) this.noteErased();
    } catch (error) {
      log({ event: "erasure failed", error: stackOf(error) });
      this.noteErased();
    }
  }
}
