// Group commit: runs all events of one turn of the event loop in one SQLite transaction, each event all or nothing.
import { setImmediate } from "node:timers";
import type { Sql, SqlValue } from "../core/shared/contract.ts";
import type { Database } from "./database.ts";

/**
 * The steps after an event, once it is known whether its transaction was
 * committed.
 */
export interface Outcome {
  committed(): void;
  /**
   * @param mayBeStored the transaction was not rolled back, but its data may be
   * lost
   */
  failed(mayBeStored: boolean): void;
}

interface Write {
  readonly query: string;
  readonly values: readonly SqlValue[];
}

/** The end of a transaction. */
type CommitResult = "committed" | "undone" | "unconfirmed";

/** Rounds of calls between cores within one transaction. */
const ROUNDS_MAX = 16;

export class GroupCommit {
  readonly #database: Database;
  readonly #onError: (error: unknown) => void;
  readonly #isStored: () => boolean;
  /** Work for the next turn. */
  #queue: (() => void)[] = [];
  /** Work for the current transaction. */
  #transactionQueue: {
    readonly work: () => void;
    readonly transaction: number;
  }[] = [];
  /** Counts rolled-back transactions. */
  #transactionNumber = 0;
  #outcomes: Outcome[] = [];
  #isScheduled = false;
  /** The turn has a transaction; the event has a savepoint. */
  #hasTransaction = false;
  #hasSavepoint = false;
  #isInEvent = false;
  /** The only write of the event so far; null: it has none, or a savepoint. */
  #onlyWrite: Write | null = null;
  /** The transaction has written something. */
  #hasWritten = false;

  /**
   * @param onError is called with the error if a transaction was not committed
   * @param isStored asked after a commit: are the files still in their place?
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

  /**
   * SQL for events. An event without writes needs no transaction, and one with a
   * single write needs no savepoint: a statement is all or nothing by itself. So
   * the first write waits for the end of the event, or for the next statement.
   */
  readonly sql: Sql = {
    exec: (query, ...values) => {
      if (!this.#isInEvent) throw new Error("SQL outside of an event.");
      const isRead = query.startsWith("SELECT");
      if (!isRead && !this.#hasSavepoint && this.#onlyWrite === null) {
        this.#onlyWrite = { query, values };
        return [];
      }
      if (this.#onlyWrite !== null) this.#beginSavepoint(this.#onlyWrite);
      return this.#database.exec(query, ...values);
    },
  };

  get isIdle(): boolean {
    return (
      this.#queue.length === 0 &&
      this.#transactionQueue.length === 0 &&
      this.#outcomes.length === 0
    );
  }

  /**
   * Runs `work` in the next turn, never at once: the caller finishes its event
   * first.
   */
  enqueue(work: () => void): void {
    this.#queue.push(work);
    this.#schedule();
  }

  /**
   * Runs `work` in the same transaction, so that both happen or neither. Never
   * at once: the caller finishes its event first.
   */
  enqueueInTransaction(work: () => void): void {
    this.#transactionQueue.push({
      work,
      transaction: this.#transactionNumber,
    });
    this.#schedule();
  }

  /**
   * Runs an event. If it throws, its writes are rolled back.
   *
   * @param toOutcome returns the steps after the commit
   */
  runEvent<T>(event: () => T, toOutcome: (result: T) => Outcome): void {
    this.#outcomes.push(toOutcome(this.#runInSavepoint(event)));
    this.#schedule();
  }

  /** Runs `work` after the transaction, whether it was committed or not. */
  afterCommit(work: (isCommitted: boolean) => void): void {
    this.#outcomes.push({
      committed: () => work(true),
      failed: () => work(false),
    });
    this.#schedule();
  }

  /** Ends the turn: commits, then runs the outcomes. */
  commit(): void {
    this.#settle(this.#commitTransaction());
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    // By then all frames that have arrived are handled.
    setImmediate(() => {
      this.#isScheduled = false;
      for (const work of this.#queue.splice(0)) this.#runGuarded(work);
      this.#runWithin();
      this.commit();
    });
  }

  #runWithin(): void {
    for (let round = 0; round < ROUNDS_MAX; round++)
      for (const { work, transaction } of this.#transactionQueue.splice(0))
        if (transaction === this.#transactionNumber) this.#runGuarded(work);
    for (const { work, transaction } of this.#transactionQueue.splice(0))
      if (transaction === this.#transactionNumber) this.enqueue(work);
  }

  #beginSavepoint(first: Write): void {
    this.#beginTransaction();
    this.#database.exec("SAVEPOINT event");
    this.#hasSavepoint = true;
    this.#onlyWrite = null;
    this.#database.exec(first.query, ...first.values);
  }

  #beginTransaction(): void {
    if (!this.#hasTransaction) this.#database.exec("BEGIN IMMEDIATE");
    this.#hasTransaction = true;
    this.#hasWritten = true;
  }

  #runInSavepoint<T>(event: () => T): T {
    this.#isInEvent = true;
    try {
      const result = event();
      if (this.#hasSavepoint) this.#database.exec("RELEASE event");
      else if (this.#onlyWrite !== null) this.#writeOnly(this.#onlyWrite);
      return result;
    } catch (error) {
      if (this.#hasTransaction) this.#rollBackEvent(error);
      throw error;
    } finally {
      this.#isInEvent = false;
      this.#hasSavepoint = false;
      this.#onlyWrite = null;
    }
  }

  #writeOnly({ query, values }: Write): void {
    this.#beginTransaction();
    this.#database.exec(query, ...values);
  }

  #rollBackEvent(cause: unknown): void {
    try {
      // SQLite rolls back the whole transaction if, for example, the disk is
      // full.
      if (this.#database.isInTransaction) {
        if (!this.#hasSavepoint) return;
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
    const outcomes = this.#outcomes;
    this.#outcomes = [];
    for (const outcome of outcomes)
      try {
        if (result === "committed") outcome.committed();
        else outcome.failed(result === "unconfirmed");
      } catch (error) {
        // A bug in one outcome must not stop the others.
        this.#onError(error);
      }
  }

  /** A bug in one step must not stop the others. */
  #runGuarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#onError(error);
    }
  }
}
