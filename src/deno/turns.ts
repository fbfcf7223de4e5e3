// The turns of the loop: all events of one in one transaction, each of them whole or not at all.
import { setImmediate } from "node:timers";
import type { Sql } from "../core/host.ts";
import type { Database } from "./database.ts";

/** What follows from an event, once it is known whether its turn was committed. */
export interface Outcome {
  committed(): void;
  failed(): void;
}

/** Questions and answers that follow from one another in one turn. */
const ROUNDS = 16;

export class Turns {
  readonly #database: Database;
  readonly #onFault: (error: unknown) => void;
  /** What the next turn begins with. */
  #queue: (() => void)[] = [];
  /** What this one goes on with. */
  #within: { readonly work: () => void; readonly transaction: number }[] = [];
  /** Counts those that came to nothing. */
  #transaction = 0;
  #outcomes: Outcome[] = [];
  #isScheduled = false;
  /** A transaction was begun in this turn, a savepoint by this event. */
  #isBegun = false;
  #isSaved = false;
  #isInEvent = false;

  /** @param onFault hears why a turn was not committed */
  constructor(database: Database, onFault: (error: unknown) => void) {
    this.#database = database;
    this.#onFault = onFault;
  }

  /** For use by events. Who needs no SQL pays for no transaction. */
  readonly sql: Sql = {
    exec: (query, ...values) => {
      if (!this.#isInEvent) throw new Error("SQL outside of an event.");
      if (!this.#isSaved) this.#save();
      return this.#database.exec(query, ...values);
    },
  };

  get isIdle(): boolean {
    return (
      this.#queue.length === 0 &&
      this.#within.length === 0 &&
      this.#outcomes.length === 0
    );
  }

  /** Never at once: whoever asks is done with their own event before. */
  later(work: () => void): void {
    this.#queue.push(work);
    this.#schedule();
  }

  /**
   * What one event of this turn asks of another core: in the same transaction,
   * so that it happens with it or not at all. Never at once either.
   */
  within(work: () => void): void {
    this.#within.push({ work, transaction: this.#transaction });
    this.#schedule();
  }

  /**
   * An event: if it throws, nothing that it wrote remains.
   *
   * @param follow makes of the event's result what to do after the turn
   */
  attempt<T>(event: () => T, follow: (result: T) => Outcome): void {
    this.#outcomes.push(follow(this.#whole(event)));
    this.#schedule();
  }

  /** Does something when the turn is over, whatever came of it. */
  afterwards(work: (isCommitted: boolean) => void): void {
    this.#outcomes.push({
      committed: () => work(true),
      failed: () => work(false),
    });
    this.#schedule();
  }

  /** The end of the turn: a commit, and only then what follows from it. */
  end(): void {
    this.#conclude(this.#commit());
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    // By then every frame that has arrived is handled too.
    setImmediate(() => {
      this.#isScheduled = false;
      for (const work of this.#queue.splice(0)) this.#guard(work);
      this.#goOn();
      this.end();
    });
  }

  #goOn(): void {
    for (let round = 0; round < ROUNDS; round++)
      for (const { work, transaction } of this.#within.splice(0))
        if (transaction === this.#transaction) this.#guard(work);
    for (const { work, transaction } of this.#within.splice(0))
      if (transaction === this.#transaction) this.later(work);
  }

  #save(): void {
    if (!this.#isBegun) this.#database.exec("BEGIN IMMEDIATE");
    this.#isBegun = true;
    this.#database.exec("SAVEPOINT event");
    this.#isSaved = true;
  }

  #whole<T>(event: () => T): T {
    this.#isInEvent = true;
    try {
      const result = event();
      if (this.#isSaved) this.#database.exec("RELEASE event");
      return result;
    } catch (error) {
      if (this.#isBegun) this.#undo();
      throw error;
    } finally {
      this.#isInEvent = false;
      this.#isSaved = false;
    }
  }

  #undo(): void {
    try {
      if (!this.#isSaved) return;
      this.#database.exec("ROLLBACK TO event");
      this.#database.exec("RELEASE event");
    } catch (error) {
      // SQLite has given up the whole transaction, as when the disk is full.
      this.#rollback(error);
      this.#conclude(false);
    }
  }

  #commit(): boolean {
    if (!this.#isBegun) return true;
    try {
      this.#database.exec("COMMIT");
      this.#isBegun = false;
      return true;
    } catch (error) {
      this.#rollback(error);
      return false;
    }
  }

  #rollback(error: unknown): void {
    this.#isBegun = false;
    this.#onFault(error);
    if (this.#database.isInTransaction) this.#database.exec("ROLLBACK");
  }

  #conclude(isCommitted: boolean): void {
    if (!isCommitted) this.#transaction++;
    for (const outcome of this.#outcomes.splice(0))
      this.#guard(() => (isCommitted ? outcome.committed() : outcome.failed()));
  }

  /** A bug in one thing that follows keeps no other from being done. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#onFault(error);
    }
  }
}
