// Purges: a room erases all that a user said in the last hours, some rows of the log an event, and hides the rest until then.
import type { RoomMessage } from "../../protocol/room-events.ts";
import { byteLength } from "../shared/chunks.ts";
import type { Sql } from "../shared/contract.ts";
import type { Schedule, ScheduleEntry } from "../shared/schedule.ts";
import type { StoredTables } from "../shared/schema.ts";
import type { Erasures } from "./erasures.ts";
import type { Log } from "./log.ts";
import { LogRows } from "./log-rows.ts";
import type { MessageState } from "./message-state.ts";
import type { NoticeBoard } from "./notice-board.ts";
import { PurgeTable } from "./purge-table.ts";
import { type PurgeRange, purgedLines } from "./purged-lines.ts";

/** One event reads so many rows of the log at most, some at a time. */
const ROWS_MAX = 64;
const ROWS_AT_ONCE = 8;
/** And ends with the row that has reached so many messages or bytes. */
const MESSAGES_MAX = 500;
const BYTES_MAX = 1024 * 1024;
/** The next event follows after so many ms: others come in between. */
const PAUSE_MS = 10;
/** After a crash the rest follows after so many ms at most. */
const ALARM_MS = 60_000;
/** So many purges go on at once in a room. */
const PENDING_MAX = 16;

/** The part of a room that purges need. */
export interface PurgeRoom {
  readonly platform: { readonly sql: Sql };
  readonly name: string;
  readonly log: Log;
  readonly erasures: Erasures;
  readonly messageState: MessageState;
  readonly board: NoticeBoard;
  readonly schedule: Schedule;
  rewrite(changes: ReadonlyMap<number, string>): void;
}

interface Pending {
  readonly range: PurgeRange;
  /** All rows before this seq are done. */
  next: number;
  isStored: boolean;
}

/** A part of a purge: the lines to replace in some rows. */
interface Part {
  readonly changes: Map<number, string>;
  readonly erased: RoomMessage[];
  rows: number;
  bytes: number;
}

export class Purges {
  readonly #room: PurgeRoom;
  readonly #table: PurgeTable;
  readonly #timer: ScheduleEntry;
  #pending: Pending[];

  /** Only reads. */
  constructor(room: PurgeRoom, tables: StoredTables) {
    this.#room = room;
    const { platform, name, schedule } = room;
    this.#table = new PurgeTable(platform.sql, name, tables);
    this.#timer = schedule.add({
      ...{ name: "purge", clock: "timer", delayMaxMs: PAUSE_MS },
      run: () => {
        this.#timer.dueAt = null;
        this.#sweep();
      },
    });
    this.#pending = this.#table
      .read()
      .map((range) => ({ range, next: range.from, isStored: true }));
    this.#setMask();
  }

  get isEmpty(): boolean {
    return this.#pending.length === 0;
  }

  /** May one more begin? */
  get hasPlace(): boolean {
    return this.#pending.length < PENDING_MAX;
  }

  /**
   * Erases all that a user has said since a time, as far as one event goes. The
   * rest is read by nobody from now on. What waits has to be flushed before.
   *
   * @param since ms since 1970
   * @returns the part of the log that the purge covers
   */
  begin(user: string, since: number): PurgeRange {
    const { log, board } = this.#room;
    // Also what is hidden, and not deleted yet.
    const range = { user, since, from: log.oldestStored, to: log.head };
    const pending: Pending = { range, next: range.from, isStored: false };
    this.#pending.push(pending);
    this.#setMask();
    // Lines that wait in memory for endpoints are read anew.
    this.#room.rewrite(new Map());
    board.keepPins((seq) => log.line(seq)?.startsWith(MESSAGE) === true);
    this.#sweepOne(pending);
    if (this.#pending.includes(pending)) {
      this.#table.add(range);
      pending.isStored = true;
    }
    return range;
  }

  /** Erases all that is left at once: the log is about to go. */
  finish(): void {
    while (!this.isEmpty) this.#sweep();
  }

  /** The end of each event. @returns when an alarm is wanted; Infinity: none */
  settle(now: number): number {
    if (this.isEmpty) return Infinity;
    this.#timer.dueAt ??= now + PAUSE_MS;
    return now + ALARM_MS;
  }

  #sweep(): void {
    const [first] = this.#pending;
    if (first !== undefined) this.#sweepOne(first);
  }

  #sweepOne(pending: Pending): void {
    const { erasures, log, messageState } = this.#room;
    const { changes, erased } = this.#nextPart(pending);
    if (changes.size > 0) this.#room.rewrite(changes);
    if (erased.length > 0) {
      messageState.erasedAll(erased);
      erasures.addAll(
        log.epoch ?? "",
        erased.map(({ seq }) => seq),
      );
    }
    if (pending.next <= pending.range.to) return;
    if (pending.isStored) this.#table.delete(pending.range);
    this.#pending = this.#pending.filter((one) => one !== pending);
    this.#setMask();
  }

  /** Reads the next rows, and moves on behind them. */
  #nextPart(pending: Pending): Part {
    const { range } = pending;
    const part: Part = { changes: new Map(), erased: [], rows: 0, bytes: 0 };
    const isFull = () =>
      part.rows >= ROWS_MAX ||
      part.erased.length >= MESSAGES_MAX ||
      part.bytes >= BYTES_MAX;
    while (!isFull() && pending.next <= range.to) {
      const rows = this.#rowsOf(pending);
      if (rows.length === 0) pending.next = range.to + 1;
      for (const { first, count, body } of rows) {
        pending.next = first + count;
        part.rows++;
        if (body === null) continue;
        part.bytes += byteLength(body);
        const found = this.#purge(range, first, body.split("\n"));
        for (const [seq, line] of found.changes) part.changes.set(seq, line);
        part.erased.push(...found.erased);
        if (isFull()) break;
      }
    }
    return part;
  }

  /** The next rows; of those without the user's id no text is read. */
  #rowsOf({ range, next }: Pending) {
    const { platform, name } = this.#room;
    return platform.sql
      .exec(
        `SELECT first, count, CASE WHEN instr(body, ?) > 0 THEN body END AS body
        FROM log WHERE room = ? AND first >= ? AND first <= ?
        ORDER BY first LIMIT ${ROWS_AT_ONCE}`,
        ...[`"user":"${range.user}"`, name, next, range.to],
      )
      .map(({ first, count, body }) => ({
        ...{ first: Number(first), count: Number(count) },
        body: body === null ? null : String(body),
      }));
  }

  #purge(range: PurgeRange, first: number, lines: readonly string[]) {
    const { platform, name } = this.#room;
    return purgedLines(range, first, lines, (seq) =>
      new LogRows(platform.sql, name).lineAt(seq),
    );
  }

  /** Nobody reads the lines that are still to be erased. */
  #setMask(): void {
    this.#room.log.purgeMask = this.isEmpty
      ? null
      : (first, lines) => {
          for (const { range } of this.#pending) {
            const { changes } = this.#purge(range, first, lines);
            for (const [seq, line] of changes) lines[seq - first] = line;
          }
        };
  }
}

const MESSAGE = '{"type":"message"';
