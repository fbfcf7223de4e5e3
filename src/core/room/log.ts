// Log: a room stores its events durably, numbered from 1 without a gap, many to a row.
import * as LIMITS from "../../protocol/limits.ts";
import { byteLength, chunksOf } from "../shared/chunks.ts";
import type { Sql } from "../shared/contract.ts";
import { Schema, StoredTables } from "../shared/schema.ts";
import { cutRows } from "./log-cut.ts";
import { type Edge, edgeOf, type SqlRow } from "./log-edge.ts";
import type { LogRow } from "./log-rows.ts";
import {
  countOthers,
  joinMasks,
  type LineMask,
  readAfter,
  readBefore,
  type Slice,
  StoredRows,
} from "./log-slices.ts";
import { hasSpace, type LogTail, paddingOf } from "./log-tail.ts";
import { EVENT_KIND_COLUMNS, ROOM_TABLES } from "./room-tables.ts";

/** Rows that one query reads to find the oldest one that is kept. */
const EDGE_STEP = 16;
const EVENTS_PER_MESSAGE = LIMITS.eventsPerMessageMax;

export class Log {
  readonly #sql: Sql;
  readonly #room: string;
  /** Hides lines that are still to be erased; null: there are none. */
  purgeMask: LineMask | null = null;
  /** Hides lines that are too old; null: none ever are. */
  ageMask: LineMask | null = null;
  readonly #rows: StoredRows;
  /** The same without the mask. */
  readonly #stored: StoredRows;
  readonly #schema: Schema;
  /** Once the log has had another event than messages. */
  readonly #kinds: Schema;
  #epoch: string | null = null;
  #head = 0;
  /** All events of the log so far that are no messages, also those that were dropped. */
  #others = 0;
  /** The first seq that is stored, and the second row. */
  #oldest = 1;
  /** Events before this seq are not read any more, also where they are stored. */
  #hiddenBefore = 0;
  #second: Edge | null = null;
  #tail: LogTail | null = null;

  constructor(sql: Sql, room: string, tables = new StoredTables(sql)) {
    this.#sql = sql;
    this.#room = room;
    this.#rows = new StoredRows(sql, room, () => this.mask);
    this.#stored = new StoredRows(sql, room);
    this.#schema = new Schema({
      ...{ sql, part: "room", migrations: ROOM_TABLES, tables },
    });
    this.#kinds = new Schema({
      ...{ sql, part: "event kinds", migrations: EVENT_KIND_COLUMNS, tables },
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

  /** Number of the oldest event that is read; above `head` if there is none. */
  get oldest(): number {
    return Math.max(this.#oldest, this.#hiddenBefore);
  }

  /** Number of the oldest stored event, also of one that is hidden. */
  get oldestStored(): number {
    return this.#oldest;
  }

  /** Stored messages, also deleted ones. */
  get messageCount(): number {
    const others = this.#others - this.#othersBefore(this.#oldest);
    return this.#head - this.#oldest + 1 - others;
  }

  /** Reads each row. @returns the size of all stored events as UTF-8 */
  countBytes(): number {
    if (!this.#schema.exists) return 0;
    const [row] = this.#sql.exec(
      "SELECT sum(length(CAST(rtrim(body) AS BLOB))) AS bytes FROM log WHERE room = ?",
      this.#room,
    );
    return Number(row?.bytes ?? 0);
  }

  /** Hides lines; null: all are read as they are stored. */
  get mask(): LineMask | null {
    return joinMasks(this.ageMask, this.purgeMask);
  }

  /** Creates the room; its first event will have the number `first`. */
  begin(epoch: string, first = 1): void {
    this.#schema.create();
    this.#sql.exec("INSERT INTO room VALUES (?, ?)", this.#room, epoch);
    this.#epoch = epoch;
    [this.#head, this.#oldest, this.#others] = [first - 1, first, 0];
    this.#hiddenBefore = 0;
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
    if (other.#kinds.exists) this.#kinds.create();
    other.drop();
    this.#load();
  }

  /**
   * Appends events, and drops old rows while `keep` messages remain.
   *
   * @returns the edited messages that were dropped, as JSON
   */
  extend(lines: readonly string[], keep: number): string[] {
    const others = countOthers(lines);
    const messages = lines.length - others;
    // `trim` reads rows, and comes first so that it does not read the new ones.
    const bound = keep * EVENTS_PER_MESSAGE - lines.length;
    const dropped = this.#trim(keep - messages, bound);
    this.append(lines, others);
    if (lines.length > keep) dropped.push(...this.trim(keep));
    return dropped;
  }

  /**
   * Appends events: one written row, or one for each 256 KiB.
   *
   * @param others how many of them are no messages
   */
  append(lines: readonly string[], others = countOthers(lines)): void {
    for (const { from, to } of chunksOf(lines)) {
      const count = to - from;
      const chunk = lines.slice(from, to);
      const own = count === lines.length ? others : countOthers(chunk);
      if (own > 0) this.#kinds.create();
      const body = chunk.join("\n");
      const bytes = byteLength(body);
      const tail = this.#tail;
      if (tail !== null && hasSpace(tail, bytes)) {
        const before = tail.bytes;
        tail.count += count;
        tail.bytes += 1 + bytes;
        this.#sql.exec(
          "UPDATE log SET body = substr(CAST(body AS BLOB), 1, ?) || ?, count = count + ? WHERE room = ? AND first = ?",
          ...[before, `\n${body}${paddingOf(tail)}`, count],
          ...[this.#room, tail.first],
        );
      } else {
        const first = this.#head + 1;
        this.#tail = { first, count, bytes };
        const padded = body + paddingOf(this.#tail);
        this.#insert(first, count, padded, this.#others);
        if (this.#second === null && first > this.#oldest)
          this.#second = { first, others: this.#others };
      }
      this.#head += count;
      this.#others += own;
    }
  }

  /**
   * Drops the oldest rows while `keep` messages remain, and in any case all that
   * exceeds four events for each of them.
   *
   * @returns the edited messages that were dropped, as JSON
   */
  trim(keep: number): string[] {
    return this.#trim(keep, keep * EVENTS_PER_MESSAGE);
  }

  #trim(messages: number, events: number): string[] {
    const isEnough = ({ first, others }: Edge) => {
      const kept = this.#head - first + 1;
      return kept >= events || kept - (this.#others - others) >= messages;
    };
    if (this.#second === null || !isEnough(this.#second)) return [];
    this.#setOldest(
      this.#others === 0
        ? this.#sql.exec(
            "SELECT first FROM log WHERE room = ?1 AND first >= (SELECT max(first) FROM log WHERE room = ?1 AND first <= ?2) ORDER BY first LIMIT 2",
            this.#room,
            this.#head - messages + 1,
          )
        : this.#rowsFromEdge(this.#second, isEnough),
    );
    const edited =
      this.#others === 0 ? [] : this.#rows.editedBefore(this.#oldest);
    this.#sql.exec(
      "DELETE FROM log WHERE room = ? AND first < ?",
      this.#room,
      this.#oldest,
    );
    return edited;
  }

  /** @returns the newest row from which on enough is kept, and the one after it */
  #rowsFromEdge(from: Edge, isEnough: (edge: Edge) => boolean): SqlRow[] {
    let [edge, next] = [from.first, from.first];
    for (;;) {
      const rows = this.#sql.exec(
        `SELECT first, others FROM log WHERE room = ? AND first >= ? ORDER BY first LIMIT ${EDGE_STEP}`,
        this.#room,
        next,
      );
      for (const row of rows) {
        if (!isEnough(edgeOf(row))) return [{ first: edge }, row];
        edge = Number(row.first);
      }
      if (rows.length < EDGE_STEP) return [{ first: edge }];
      next = edge + 1;
    }
  }

  /** @returns the JSON of one event; null if it is not stored */
  line(seq: number): string | null {
    if (seq < this.oldest || seq > this.#head) return null;
    const { first, lines } = this.#rows.rowWith(seq);
    return lines[seq - first] ?? null;
  }

  /**
   * Replaces events by others with the same numbers: one written row for each row
   * that has any of them, and one more where a row becomes too large. Whatever
   * keeps events in memory has to be told: see `RoomContext.rewrite`.
   *
   * @param changes the new JSON by seq; numbers that are not stored are ignored
   */
  rewrite(changes: ReadonlyMap<number, string>): void {
    const left = [...changes.keys()]
      .filter((seq) => seq >= this.#oldest && seq <= this.#head)
      .sort((one, other) => one - other);
    for (let seq = left.shift(); seq !== undefined; seq = left.shift()) {
      const { first, lines } = this.#stored.rowWith(seq);
      lines[seq - first] = changes.get(seq) ?? "";
      for (;;) {
        const [next = Infinity] = left;
        if (next >= first + lines.length) break;
        lines[next - first] = changes.get(next) ?? "";
        left.shift();
      }
      this.#replaceRow(first, lines);
    }
  }

  /** Nobody reads the events before a seq any more. */
  hideBefore(seq: number): void {
    this.#hiddenBefore = seq;
  }

  /** @returns the row with an event, and the one after it, as they are stored */
  storedFrom(seq: number): LogRow[] {
    return this.#stored.from(seq);
  }

  /**
   * Deletes the events before a seq. The newest event always stays.
   *
   * @param rest the line that is left of the newest event, if it is one of them
   */
  cutBefore(seq: number, rest: string): void {
    const first = Math.min(seq, this.#head);
    cutRows(this.#sql, this.#room, {
      ...{ row: this.#stored.rowWith(first), seq: first },
      line: seq > first ? rest : null,
      hasKinds: this.#kinds.exists,
    });
    this.#load();
  }

  #replaceRow(first: number, lines: readonly string[]): void {
    const chunks = chunksOf(lines);
    const [{ to } = { to: lines.length }, ...more] = chunks;
    const body = lines.slice(0, to).join("\n");
    this.#sql.exec(
      "UPDATE log SET body = ?, count = ? WHERE room = ? AND first = ?",
      ...[body, to, this.#room, first],
    );
    if (more.length === 0) {
      if (this.#tail?.first === first) this.#tail.bytes = byteLength(body);
      return;
    }
    let others = this.#othersBefore(first) + countOthers(lines.slice(0, to));
    for (const { from, to } of more) {
      const part = lines.slice(from, to);
      this.#insert(first + from, part.length, part.join("\n"), others);
      others += countOthers(part);
    }
    this.#load();
  }

  #insert(first: number, count: number, body: string, others: number): void {
    if (this.#kinds.exists)
      this.#sql.exec(
        "INSERT INTO log (room, first, count, body, others) VALUES (?, ?, ?, ?, ?)",
        ...[this.#room, first, count, body, others],
      );
    else
      this.#sql.exec(
        "INSERT INTO log (room, first, count, body) VALUES (?, ?, ?, ?)",
        ...[this.#room, first, count, body],
      );
  }

  #othersBefore(first: number): number {
    if (!this.#kinds.exists) return 0;
    const [row] = this.#sql.exec(
      "SELECT others FROM log WHERE room = ? AND first = ?",
      ...[this.#room, first],
    );
    return Number(row?.others ?? 0);
  }

  /** Are all events after `seq` stored? false also if `seq` is above the head. */
  hasAllAfter(seq: number): boolean {
    return seq >= this.oldest - 1 && seq <= this.#head;
  }

  /** When the newest event was stored, ms since 1970; 0 if there is none. */
  newestAt(): number {
    const [line] = this.before(this.#head + 1, 1).lines;
    return line === undefined ? 0 : Number(JSON.parse(line).at);
  }

  /** The newest events before `before`, at most `limit` and 256 KiB. */
  before(before: number, limit: number): Slice {
    return readBefore(this.#rows, this, before, limit);
  }

  /** The first events after `after`, at most `limit` and 256 KiB. */
  after(after: number, limit: number): Slice {
    return readAfter(this.#rows, this, after, limit);
  }

  #load(): void {
    const [meta] = this.#sql.exec(
      "SELECT epoch FROM room WHERE room = ?",
      this.#room,
    );
    this.#epoch = meta === undefined ? null : String(meta.epoch);
    const [tail] = this.#sql.exec(
      "SELECT first, count, length(CAST(rtrim(body) AS BLOB)) AS bytes FROM log WHERE room = ? ORDER BY first DESC LIMIT 1",
      this.#room,
    );
    const [first, count] = [Number(tail?.first ?? 1), Number(tail?.count ?? 0)];
    this.#tail =
      tail === undefined ? null : { first, count, bytes: Number(tail.bytes) };
    this.#head = first + count - 1;
    this.#others =
      tail === undefined || !this.#kinds.exists
        ? 0
        : this.#othersBefore(first) +
          countOthers(this.#stored.rowWith(first).lines);
    const oldest = this.#sql.exec(
      `SELECT first${this.#kinds.exists ? ", others" : ""} FROM log WHERE room = ? ORDER BY first LIMIT 2`,
      this.#room,
    );
    this.#setOldest(oldest);
  }

  /** @param rows the two oldest ones */
  #setOldest([oldest, second]: readonly SqlRow[]) {
    this.#oldest = Number(oldest?.first ?? this.#head + 1);
    this.#second = second === undefined ? null : edgeOf(second);
  }
}
