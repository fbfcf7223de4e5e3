// Log slices: reads the stored rows of a room's log, and cuts slices of events from them.
import * as LIMITS from "../../protocol/limits.ts";
import { byteLength } from "../shared/chunks.ts";
import type { Sql } from "../shared/contract.ts";
import { linesOfRow } from "./log-tail.ts";

/** Events as the JSON of their frames, ascending; `more`: others follow that way. */
export interface Slice {
  readonly lines: readonly string[];
  readonly more: boolean;
}

interface Row {
  readonly first: number;
  readonly lines: string[];
}

/** The numbers of the oldest and the newest event of a log. */
interface Bounds {
  readonly oldest: number;
  readonly head: number;
}

/** Rows that one query reads for a slice: rows of a busy room are big. */
const STEP = 2;

/** The start of each line, and of those that count as messages. */
const TYPE = '{"type":"';
const MESSAGE = '{"type":"message"';
/** Is in the line of a message that was edited. */
const EDITED = '"editSeq":';
const ERASED = '{"type":"erased"';

/** Replaces lines that nobody may read any more. @param first the seq of the first */
export type LineMask = (first: number, lines: string[]) => void;

/** @returns a mask that does what both do; null: there is none */
export function joinMasks(
  one: LineMask | null,
  other: LineMask | null,
): LineMask | null {
  if (one === null || other === null) return one ?? other;
  return (first, lines) => {
    one(first, lines);
    other(first, lines);
  };
}

export class StoredRows {
  readonly #sql: Sql;
  readonly #room: string;
  readonly #mask: () => LineMask | null;

  /** @param mask null: the rows are read as they are stored */
  constructor(
    sql: Sql,
    room: string,
    mask: () => LineMask | null = () => null,
  ) {
    this.#sql = sql;
    this.#room = room;
    this.#mask = mask;
  }

  /** The row that holds an event. It has to be stored. */
  rowWith(seq: number): Row {
    const [row] = this.#read("first <= ?2 ORDER BY first DESC LIMIT 1", seq);
    return row ?? { first: seq, lines: [] };
  }

  /** The newest rows that begin before an event, the newest first. */
  before(seq: number): Row[] {
    return this.#read(`first < ?2 ORDER BY first DESC LIMIT ${STEP}`, seq);
  }

  /** The row that holds an event, and those after it. */
  from(seq: number): Row[] {
    return this.#read(
      `first >= (SELECT max(first) FROM log WHERE room = ?1 AND first <= ?2) ORDER BY first LIMIT ${STEP}`,
      seq,
    );
  }

  /** The edited messages in the rows before a row, as JSON. */
  editedBefore(first: number): string[] {
    return this.#sql
      .exec(
        "SELECT body FROM log WHERE room = ? AND first < ? AND instr(body, ?) > 0",
        ...[this.#room, first, EDITED],
      )
      .flatMap(({ body }) => linesOfRow(`${body}`))
      .filter((line) => line.startsWith(MESSAGE) && line.includes(EDITED));
  }

  #read(where: string, seq: number): Row[] {
    const rows = this.#sql
      .exec(
        `SELECT first, body FROM log WHERE room = ?1 AND ${where}`,
        this.#room,
        seq,
      )
      .map(({ first, body }) => ({
        first: Number(first),
        lines: linesOfRow(String(body)),
      }));
    const mask = this.#mask();
    if (mask !== null) for (const { first, lines } of rows) mask(first, lines);
    return rows;
  }
}

/** The newest events before `before`, at most `limit` and 256 KiB. */
export function readBefore(
  rows: StoredRows,
  { oldest, head }: Bounds,
  before: number,
  limit: number,
): Slice {
  const pages: string[][] = [];
  let [wanted, bytes] = [limit, LIMITS.replayBytesMax];
  let next = Math.min(before, head + 1);
  while (wanted > 0 && next > oldest) {
    const read = rows.before(next);
    for (const { first, lines } of read) {
      const fit: string[] = [];
      const last = Math.min(lines.length, next - first) - 1;
      for (let i = last; i >= Math.max(0, oldest - first); i--) {
        const line = lines[i] ?? "";
        bytes -= byteLength(line) + 1;
        if (wanted === 0 || (bytes < 0 && wanted < limit))
          return { lines: [fit, ...pages].flat(), more: true };
        fit.unshift(line);
        wanted--;
      }
      pages.unshift(fit);
      next = first;
    }
    if (read.length === 0) break;
  }
  return { lines: pages.flat(), more: next > oldest };
}

/** The first events after `after`, at most `limit` and 256 KiB. */
export function readAfter(
  rows: StoredRows,
  { oldest, head }: Bounds,
  after: number,
  limit: number,
): Slice {
  const slice: string[] = [];
  let [bytes, seq] = [LIMITS.replayBytesMax, Math.max(after, oldest - 1)];
  while (seq < head) {
    const read = rows.from(seq + 1);
    for (const { first, lines } of read) {
      for (const line of lines.slice(seq + 1 - first)) {
        bytes -= byteLength(line) + 1;
        if (slice.length === limit || (bytes < 0 && slice.length > 0))
          return { lines: slice, more: true };
        slice.push(line);
        seq++;
      }
    }
    if (read.length === 0) break;
  }
  return { lines: slice, more: false };
}

/**
 * Counts the events that are no messages. An erased message counts as one: it
 * has taken the place of one that was counted.
 */
export function countOthers(lines: readonly string[]): number {
  let count = 0;
  // Almost all lines are messages: they take one comparison.
  for (const line of lines)
    if (
      !line.startsWith(MESSAGE) &&
      line.startsWith(TYPE) &&
      !line.startsWith(ERASED)
    )
      count++;
  return count;
}
