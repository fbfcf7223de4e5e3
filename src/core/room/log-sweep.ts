// Log sweep: a room replaces lines of its log in all rows that contain a text, some rows an event.
import type { RoomMessage } from "../../protocol/room-events.ts";
import { byteLength } from "../shared/chunks.ts";
import type { Sql } from "../shared/contract.ts";
import { linesOfRow } from "./log-tail.ts";

/** One event reads so many rows of the log at most, some at a time. */
const ROWS_MAX = 64;
const ROWS_AT_ONCE = 8;
/** And ends with the row that has reached so many messages or bytes. */
const MESSAGES_MAX = 500;
const BYTES_MAX = 1024 * 1024;

/** Lines of a row of the log that are replaced. */
export interface SweptLines {
  /** The new lines, by seq. */
  readonly changes: ReadonlyMap<number, string>;
  /** The messages that are erased. */
  readonly erased: readonly RoomMessage[];
}

/** A part of a sweep: the lines to replace in some rows. */
export interface SweptPart {
  readonly changes: Map<number, string>;
  readonly erased: RoomMessage[];
  rows: number;
  bytes: number;
}

export interface LogSweepOptions {
  readonly sql: Sql;
  readonly room: string;
  /** Rows without this text are not read. */
  readonly text: string;
  /** The first and the last seq. */
  readonly from: number;
  readonly to: number;
  /** @param first the seq of the first line */
  replace(first: number, lines: readonly string[]): SweptLines;
}

export class LogSweep {
  readonly #options: LogSweepOptions;
  /** All rows before this seq are done. */
  #next: number;

  constructor(options: LogSweepOptions) {
    this.#options = options;
    this.#next = options.from;
  }

  get isDone(): boolean {
    return this.#next > this.#options.to;
  }

  /** Reads the next rows, and moves on behind them. */
  nextPart(): SweptPart {
    const { to, replace } = this.#options;
    const part: SweptPart = {
      ...{ changes: new Map(), erased: [], rows: 0, bytes: 0 },
    };
    const isFull = () =>
      part.rows >= ROWS_MAX ||
      part.erased.length >= MESSAGES_MAX ||
      part.bytes >= BYTES_MAX;
    while (!isFull() && !this.isDone) {
      const rows = this.#rows();
      if (rows.length === 0) this.#next = to + 1;
      for (const { first, count, body } of rows) {
        this.#next = first + count;
        part.rows++;
        if (body === null) continue;
        part.bytes += byteLength(body);
        const found = replace(first, linesOfRow(body));
        for (const [seq, line] of found.changes) part.changes.set(seq, line);
        part.erased.push(...found.erased);
        if (isFull()) break;
      }
    }
    return part;
  }

  /** The next rows; of those without the text no body is read. */
  #rows() {
    const { sql, room, text, to } = this.#options;
    return sql
      .exec(
        `SELECT first, count, CASE WHEN instr(body, ?) > 0 THEN body END AS body
        FROM log WHERE room = ? AND first >= ? AND first <= ?
        ORDER BY first LIMIT ${ROWS_AT_ONCE}`,
        ...[text, room, this.#next, to],
      )
      .map(({ first, count, body }) => ({
        ...{ first: Number(first), count: Number(count) },
        body: body === null ? null : String(body),
      }));
  }
}
