// Log rows: the pages of a room read stored rows of its log one by one, within a budget.
import { byteLength } from "../shared/chunks.ts";
import type { Sql } from "../shared/contract.ts";
import type { LineMask } from "./log-slices.ts";
import { linesOfRow } from "./log-tail.ts";

/** One step of a read takes at most so many rows and bytes. */
const ROWS_MAX = 32;
const BYTES_MAX = 256 * 1024;

/** Limits the rows and bytes that one answer reads. The first row is always read. */
export class ReadBudget {
  #rows = ROWS_MAX;
  #bytes = BYTES_MAX;
  #reserved = 0;

  get isSpent(): boolean {
    return this.#rows <= 0 || this.#bytes <= 0;
  }

  /** How many rows were read. */
  get usedRows(): number {
    return ROWS_MAX - this.#rows - this.#reserved;
  }

  /**
   * Keeps so many rows for later.
   *
   * @returns false: so many are not left, but would be at the start
   */
  reserve(rows: number): boolean {
    if (rows > this.#rows && this.usedRows > 1) return false;
    this.#reserved += rows;
    this.#rows -= rows;
    return true;
  }

  /** What was reserved may be read now. */
  release(): void {
    this.#rows += this.#reserved;
    this.#reserved = 0;
  }

  /** How many rows may still be read. */
  get rows(): number {
    return this.isSpent ? 0 : this.#rows;
  }

  /** Counts rows that were read, with their size in bytes. */
  spend(rows: number, bytes: number): void {
    this.#rows -= rows;
    this.#bytes -= bytes;
  }
}

/** A stored row: consecutive events as lines of JSON. */
export interface LogRow {
  /** The seq of the first line. */
  readonly first: number;
  readonly lines: readonly string[];
}

/** Reads rows of one log, each once. It lives as long as one answer. */
export class LogRows {
  readonly #sql: Sql;
  readonly #room: string;
  readonly #budget: ReadBudget;
  readonly #mask: LineMask | null;
  readonly #read: LogRow[] = [];

  /** @param mask hides lines; null: all are read as they are stored */
  constructor(
    sql: Sql,
    room: string,
    mask: LineMask | null = null,
    budget = new ReadBudget(),
  ) {
    this.#sql = sql;
    this.#room = room;
    this.#mask = mask;
    this.#budget = budget;
  }

  get budget(): ReadBudget {
    return this.#budget;
  }

  /** @returns the row that holds the event `seq`, or the newest one before it */
  rowAt(seq: number): LogRow | null {
    const known = this.#known(seq);
    if (known !== undefined) return known;
    const [found] = this.#sql.exec(
      "SELECT first, body FROM log WHERE room = ? AND first <= ? ORDER BY first DESC LIMIT 1",
      this.#room,
      seq,
    );
    if (found === undefined) return null;
    const body = String(found.body);
    this.#budget.spend(1, byteLength(body));
    const row = { first: Number(found.first), lines: linesOfRow(body) };
    this.#mask?.(row.first, row.lines);
    this.#read.push(row);
    return row;
  }

  /** @returns the stored line of the event `seq`, or null */
  lineAt(seq: number): string | null {
    const row = this.rowAt(seq);
    return row?.lines[seq - row.first] ?? null;
  }

  /** Has the row with this event been read? */
  has(seq: number): boolean {
    return this.#known(seq) !== undefined;
  }

  #known(seq: number): LogRow | undefined {
    return this.#read.findLast(
      ({ first, lines }) => seq >= first && seq < first + lines.length,
    );
  }
}
