// The SQL of one event: reads at once, writes when the event has come to its end, all of them or none.
import type { Sql, SqlValue } from "../core/shared/contract.ts";

type Row = Readonly<Record<string, SqlValue>>;

interface Write {
  readonly query: string;
  readonly values: readonly SqlValue[];
}

export interface DeferredWritesOptions {
  exec(query: string, values: readonly SqlValue[]): readonly Row[];
  /** Takes back what was written in it if it throws. */
  transaction(work: () => void): void;
}

export class DeferredWrites implements Sql {
  readonly #options: DeferredWritesOptions;
  readonly #writes: Write[] = [];

  constructor(options: DeferredWritesOptions) {
    this.#options = options;
  }

  exec(query: string, ...values: SqlValue[]): readonly Row[] {
    if (!query.startsWith("SELECT")) {
      this.#writes.push({ query, values });
      return [];
    }
    if (this.#writes.length > 0) return this.#readOwnWrites(query, values);
    return this.#options.exec(query, values);
  }

  /**
   * The event went well. Most write nothing, and pay for no transaction: that
   * takes 25 us, a fifth of a message in a crowd.
   */
  commit(): void {
    if (this.#writes.length > 0)
      this.#options.transaction(() => this.#writeAll());
    this.#writes.length = 0;
  }

  /** The event failed. */
  rollback(): void {
    this.#writes.length = 0;
  }

  #writeAll(): void {
    for (const { query, values } of this.#writes)
      this.#options.exec(query, values);
  }

  /** Reads what this event has written, which is then taken back again. */
  #readOwnWrites(query: string, values: readonly SqlValue[]): readonly Row[] {
    const back = new Error("Taken back.");
    let rows: readonly Row[] = [];
    try {
      this.#options.transaction(() => {
        this.#writeAll();
        rows = this.#options.exec(query, values);
        throw back;
      });
    } catch (error) {
      if (error !== back) throw error;
    }
    return rows;
  }
}
