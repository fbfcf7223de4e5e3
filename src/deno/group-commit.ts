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
type CommitResult = "committed" | "undone" | "unconfirmed";

/** Questions and answers that follow from one another in one turn. */
const ROUNDS_MAX = 16;

export class GroupCommit {
  readonly #database: Database;
  readonly #onError: (error: unknown) => void;
  readonly #isStored: () => boolean;
  /** What the next turn begins with. */
  #queue: (() => void)[] = [];
  /** What this one goes on with. */
  #queueOfTransaction: {
    readonly work: () => void;
    readonly transaction: number;
  }[] = [];
  /** Counts those that came to nothing. */
  #transactionNumber = 0;
  #outcomes: Outcome[] = [];
  #isScheduled = false;
  /** A transaction was begun in this turn, a savepoint by this event. */
  #hasTransaction = false;
  #hasSavepoint = false;
  #isInEvent = false;
  /** Something was written in this turn. */
  #hasWritten = false;

  /**
   * @param onError hears why a turn was not committed
   * @param isStored asked after a commit: is it where it will be looked for?
   */
  constructor(
    database: Database,
    onError: (error: unknown) => void,
    isStored: () => boolean = () => true,
  ) {
    this.#database = database;
    this.#onError = onError;
    this.#isStored = isStored;
  }

  /** For use by events. Who needs no SQL pays for no transaction. */
  readonly sql: Sql = {
    exec: (query, ...values) => {
      if (!this.#isInEvent) throw new Error("SQL outside of an event.");
      if (!this.#hasSavepoint) this.#beginSavepoint();
      if (!query.startsWith("SELECT")) this.#hasWritten = true;
      return this.#database.exec(query, ...values);
    },
  };

  get isIdle(): boolean {
    return (
      this.#queue.length === 0 &&
      this.#queueOfTransaction.length === 0 &&
      this.#outcomes.length === 0
    );
  }

  /** Never at once: whoever asks is done with their own event before. */
  enqueue(work: () => void): void {
    this.#queue.push(work);
    this.#schedule();
  }

  /**
   * What one event of this turn asks of another core: in the same transaction,
   * so that it happens with it or not at all. Never at once either.
   */
  enqueueInTransaction(work: () => void): void {
    this.#queueOfTransaction.push({
      work,
      transaction: this.#transactionNumber,
    });
    this.#schedule();
  }

  /**
   * An event: if it throws, nothing that it wrote remains.
   *
   * @param toOutcome makes of the event's result what to do after the turn
   */
  runEvent<T>(event: () => T, toOutcome: (result: T) => Outcome): void {
    this.#outcomes.push(toOutcome(this.#runInSavepoint(event)));
    this.#schedule();
  }

  /** Does something when the turn is over, whatever came of it. */
  afterCommit(work: (isCommitted: boolean) => void): void {
    this.#outcomes.push({
      committed: () => work(true),
      failed: () => work(false),
    });
    this.#schedule();
  }

  /** The end of the turn: a commit, and only then what follows from it. */
  commit(): void {
    this.#settle(this.#commitTransaction());
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    // By then every frame that has arrived is handled too.
    setImmediate(() => {
      this.#isScheduled = false;
      for (const work of this.#queue.splice(0)) this.#runGuarded(work);
      this.#runWithin();
      this.commit();
    });
  }

  #runWithin(): void {
    for (let round = 0; round < ROUNDS_MAX; round++)
      for (const { work, transaction } of this.#queueOfTransaction.splice(0))
        if (transaction === this.#transactionNumber) this.#runGuarded(work);
    for (const { work, transaction } of this.#queueOfTransaction.splice(0))
      if (transaction === this.#transactionNumber) this.enqueue(work);
  }

  #beginSavepoint(): void {
    if (!this.#hasTransaction) this.#database.exec("BEGIN IMMEDIATE");
    this.#hasTransaction = true;
    this.#database.exec("SAVEPOINT event");
    this.#hasSavepoint = true;
  }

  #runInSavepoint<T>(event: () => T): T {
    this.#isInEvent = true;
    try {
      const result = event();
      if (this.#hasSavepoint) this.#database.exec("RELEASE event");
      return result;
    } catch (error) {
      if (this.#hasTransaction) this.#rollBackEvent(error);
      throw error;
    } finally {
      this.#isInEvent = false;
      this.#hasSavepoint = false;
    }
  }

  #rollBackEvent(cause: unknown): void {
    try {
      if (!this.#hasSavepoint) return;
      // SQLite gives up the whole transaction where, say, the disk is full.
      if (this.#database.isInTransaction) {
        this.#database.exec("ROLLBACK TO event");
        this.#database.exec("RELEASE event");
        return;
      }
      this.#rollBackTransaction(cause);
    } catch (error) {
      this.#rollBackTransaction(error);
    }
    this.#settle("undone");
  }

  #commitTransaction(): CommitResult {
    if (!this.#hasTransaction) return "committed";
    try {
      this.#database.exec("COMMIT");
      this.#hasTransaction = false;
    } catch (error) {
      this.#rollBackTransaction(error);
      return "undone";
    }
    if (!this.#hasWritten) return "committed";
    this.#hasWritten = false;
    return this.#isStored() ? "committed" : "unconfirmed";
  }

  #rollBackTransaction(error: unknown): void {
    this.#hasTransaction = false;
    this.#hasWritten = false;
    this.#onError(error);
    if (this.#database.isInTransaction) this.#database.exec("ROLLBACK");
  }

  #settle(result: CommitResult): void {
    if (result !== "committed") this.#transactionNumber++;
    for (const outcome of this.#outcomes.splice(0))
      this.#runGuarded(() => {
        if (result === "committed") outcome.committed();
        else outcome.failed(result === "unconfirmed");
      });
  }

  /** A bug in one thing that follows keeps no other from being done. */
  #runGuarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#onError(error);
    }
  }
}
