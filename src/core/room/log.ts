// Log: a room stores its events durably, numbered from 1 without a gap, many to a row.
import * as LIMITS from "../../protocol/limits.ts";
import { byteLength, CHUNK_BYTES_MAX, chunksOf } from "../shared/chunks.ts";
import type { Sql, SqlValue } from "../shared/contract.ts";
import { ROOM_TABLES, Schema, type StoredTables } from "../shared/schema.ts";

/** Events as the JSON of their frames, ascending; `more`: others follow that way. */
export interface Slice {
  readonly lines: readonly string[];
  readonly more: boolean;
}

/**
 * The newest row takes another flush until it holds so many events or bytes.
 * SQLite writes the whole row each time, so it should fit on a page of 4 KiB.
 */
const ROW_EVENTS = 32;
const ROW_BYTES = 3 * 1024;
/** So many long events share a row: dropping a row costs a write, too. */
const ROW_LONG = 3;
/** Rows that one query reads for a slice: rows of a busy room are big. */
const STEP = 2;

interface Row {
  readonly first: number;
  readonly lines: string[];
}

export class Log {
  readonly #sql: Sql;
  readonly #room: string;
  readonly #schema: Schema;
  #epoch: string | null = null;
  #head = 0;
  /** The first seq that is stored, and the first one of the second row. */
  #oldest = 1;
  #second: number | null = null;
  /** The newest row, as far as it matters for appending. */
  #tail: { first: number; count: number; bytes: number } | null = null;

  constructor(sql: Sql, room: string, tables?: StoredTables) {
    this.#sql = sql;
    this.#room = room;
    this.#schema = new Schema({
      ...{ sql, part: "room", migrations: ROOM_TABLES },
      ...(tables !== undefined && { tables }),
    });
    if (this.#schema.exists) this.#load();
  }

  /** null until somebody joins the room for the first time. */
  get epoch(): string | null {
    return this.#epoch;
  }

  /** Number of the newest stored event; 0 if there is none. */
  get head(): number {
    return this.#head;
  }

  /** Creates the room; its first event will have the number `first`. */
  begin(epoch: string, first = 1): void {
    this.#schema.create();
    this.#sql.exec("INSERT INTO room VALUES (?, ?)", this.#room, epoch);
    this.#epoch = epoch;
    [this.#head, this.#oldest] = [first - 1, first];
  }

  /** Deletes the room with its events. */
  drop(): void {
    if (!this.#schema.exists) return;
    this.#sql.exec("DELETE FROM room WHERE room = ?", this.#room);
    this.#sql.exec("DELETE FROM log WHERE room = ?", this.#room);
    this.#load();
  }

  /** Replaces all events by those of another log, under a new epoch. */
  replaceBy(other: Log, epoch: string): void {
    this.drop();
    this.begin(epoch);
    this.#sql.exec(
      "UPDATE log SET room = ? WHERE room = ?",
      this.#room,
      other.#room,
    );
    other.drop();
    this.#load();
  }

  /** Appends events, and drops old rows while `keep` events remain. */
  extend(lines: readonly string[], keep: number): void {
    // `trim` reads rows, and comes first so that it does not read the new ones.
    this.trim(keep - lines.length);
    this.append(lines);
    if (lines.length > keep) this.trim(keep);
  }

  /** Appends events: one written row, or one for each 256 KiB. */
  append(lines: readonly string[]): void {
    for (const { from, to } of chunksOf(lines)) {
      const count = to - from;
      const body = lines.slice(from, to).join("\n");
      const bytes = byteLength(body);
      const tail = this.#tail;
      if (tail !== null && hasSpace(tail, bytes)) {
        this.#sql.exec(
          "UPDATE log SET body = body || ?, count = count + ? WHERE room = ? AND first = ?",
          `\n${body}`,
          count,
          this.#room,
          tail.first,
        );
        tail.count += count;
        tail.bytes += 1 + bytes;
      } else {
        const first = this.#head + 1;
        this.#sql.exec(
          "INSERT INTO log VALUES (?, ?, ?, ?)",
          this.#room,
          first,
          count,
          body,
        );
        this.#tail = { first, count, bytes };
        if (this.#second === null && first > this.#oldest) this.#second = first;
      }
      this.#head += count;
    }
  }

  /** Drops the oldest rows while `keep` events remain. */
  trim(keep: number): void {
    const from = this.#head - keep + 1;
    if (this.#second === null || this.#second > from) return;
    const edge = this.#sql.exec(
      "SELECT first FROM log WHERE room = ?1 AND first >= (SELECT max(first) FROM log WHERE room = ?1 AND first <= ?2) ORDER BY first LIMIT 2",
      this.#room,
      from,
    );
    this.#setOldest(edge);
    this.#sql.exec(
      "DELETE FROM log WHERE room = ? AND first < ?",
      this.#room,
      this.#oldest,
    );
  }

  /** Are all events after `seq` stored? false also if `seq` is above the head. */
  hasAllAfter(seq: number): boolean {
    return seq >= this.#oldest - 1 && seq <= this.#head;
  }

  /** When the newest event was stored, ms since 1970; 0 if there is none. */
  newestAt(): number {
    const [line] = this.before(this.#head + 1, 1).lines;
    return line === undefined ? 0 : Number(JSON.parse(line).at);
  }

  /** The newest events before `before`, at most `limit` and 256 KiB. */
  before(before: number, limit: number): Slice {
    const pages: string[][] = [];
    let [wanted, bytes] = [limit, LIMITS.replayBytesMax];
    let next = Math.min(before, this.#head + 1);
    while (wanted > 0 && next > this.#oldest) {
      const rows = this.#rows("first < ?2 ORDER BY first DESC", next);
      for (const { first, lines } of rows) {
        const fit: string[] = [];
        for (let i = Math.min(lines.length, next - first) - 1; i >= 0; i--) {
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
      if (rows.length === 0) break;
    }
    return { lines: pages.flat(), more: next > this.#oldest };
  }

  /** The first events after `after`, at most `limit` and 256 KiB. */
  after(after: number, limit: number): Slice {
    const slice: string[] = [];
    let [bytes, seq] = [
      LIMITS.replayBytesMax,
      Math.max(after, this.#oldest - 1),
    ];
    while (seq < this.#head) {
      const rows = this.#rows(
        "first >= (SELECT max(first) FROM log WHERE room = ?1 AND first <= ?2) ORDER BY first",
        seq + 1,
      );
      for (const { first, lines } of rows) {
        for (const line of lines.slice(seq + 1 - first)) {
          bytes -= byteLength(line) + 1;
          if (slice.length === limit || (bytes < 0 && slice.length > 0))
            return { lines: slice, more: true };
          slice.push(line);
          seq++;
        }
      }
      if (rows.length === 0) break;
    }
    return { lines: slice, more: false };
  }

  #rows(where: string, seq: number): Row[] {
    return this.#sql
      .exec(
        `SELECT first, body FROM log WHERE room = ?1 AND ${where} LIMIT ${STEP}`,
        this.#room,
        seq,
      )
      .map(({ first, body }) => ({
        first: Number(first),
        lines: String(body).split("\n"),
      }));
  }

  #load(): void {
    const [meta] = this.#sql.exec(
      "SELECT epoch FROM room WHERE room = ?",
      this.#room,
    );
    this.#epoch = meta === undefined ? null : String(meta.epoch);
    const [tail] = this.#sql.exec(
      "SELECT first, count, length(CAST(body AS BLOB)) AS bytes FROM log WHERE room = ? ORDER BY first DESC LIMIT 1",
      this.#room,
    );
    const [first, count] = [Number(tail?.first ?? 1), Number(tail?.count ?? 0)];
    this.#tail =
      tail === undefined ? null : { first, count, bytes: Number(tail.bytes) };
    this.#head = first + count - 1;
    const oldest = this.#sql.exec(
      "SELECT first FROM log WHERE room = ? ORDER BY first LIMIT 2",
      this.#room,
    );
    this.#setOldest(oldest);
  }

  /** @param rows the two oldest ones */
  #setOldest([oldest, second]: readonly Readonly<Record<string, SqlValue>>[]) {
    this.#oldest = Number(oldest?.first ?? this.#head + 1);
    this.#second = second === undefined ? null : Number(second.first);
  }
}

function hasSpace(
  tail: { count: number; bytes: number },
  more: number,
): boolean {
  return (
    tail.count < ROW_EVENTS &&
    (tail.bytes < ROW_BYTES || tail.count < ROW_LONG) &&
    tail.bytes + 1 + more <= CHUNK_BYTES_MAX
  );
}
