// The turns of the loop: all events of one in one transaction, each of them whole or not at all.
import { setImmediate } from "node:timers";
import type { Sql } from "../core/shared/contract.ts";
import type { Database } from "./database.ts";

/** What follows from an event, once it is known whether its turn was committed. */
export interface Outcome {
  committed(): void;
  /** @param mayBeStored it was not undone, but nobody knows if it will be found */
  failed(mayBeStored: boolean): void;
}

/** How a turn ended. */
type Fate = "committed" | "undone" | "unconfirmed";

/** Questions and answers that follow from one another in one turn. */
const ROUNDS = 16;

export class Turns {
  readonly #database: Database;
  readonly #onFault: (error: unknown) => void;
  readonly #isStored: () => boolean;
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
  /** Something was written in this turn. */
  #hasWritten = false;

  /**
   * @param onFault hears why a turn was not committed
   * @param isStored asked after a commit: is it where it will be looked for?
   */
  constructor(
    database: Database,
    onFault: (error: unknown) => void,
    isStored: () => boolean = () => true,
  ) {
    this.#database = database;
    this.#onFault = onFault;
    this.#isStored = isStored;
  }

  /** For use by events. Who needs no SQL pays for no transaction. */
  readonly sql: Sql = {
    exec: (query, ...values) => {
      if (!this.#isInEvent) throw new Error("SQL outside of an event.");
      if (!this.#isSaved) this.#save();
      if (!query.startsWith("SELECT")) this.#hasWritten = true;
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
      if (this.#isBegun) this.#undo(error);
      throw error;
    } finally {
      this.#isInEvent = false;
      this.#isSaved = false;
    }
  }

  #undo(cause: unknown): void {
    try {
      if (!this.#isSaved) return;
      // SQLite gives up the whole transaction where, say, the disk is full.
      if (this.#database.isInTransaction) {
        this.#database.exec("ROLLBACK TO event");
        this.#database.exec("RELEASE event");
        return;
      }
      this.#rollback(cause);
    } catch (error) {
      this.#rollback(error);
    }
    this.#conclude("undone");
  }

  #commit(): Fate {
    if (!this.#isBegun) return "committed";
    try {
      this.#database.exec("COMMIT");
      this.#isBegun = false;
    } catch (error) {
      this.#rollback(error);
      return "undone";
    }
    if (!this.#hasWritten) return "committed";
    this.#hasWritten = false;
    return this.#isStored() ? "committed" : "unconfirmed";
  }

  #rollback(error: unknown): void {
    this.#isBegun = false;
    this.#hasWritten = false;
    this.#onFault(error);
    if (this.#database.isInTransaction) this.#database.exec("ROLLBACK");
  }

  #conclude(fate: Fate): void {
    if (fate !== "committed") this.#transaction++;
    for (const outcome of this.#outcomes.splice(0))
      this.#guard(() => {
        if (fate === "committed") outcome.committed();
        else outcome.failed(fate === "unconfirmed");
      });
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
