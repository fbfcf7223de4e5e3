// Retention: a room reads no event that is older than ROOM_DAYS, and deletes it within a day.
import type { Sql } from "../shared/contract.ts";
import { DAY_MS, isDue } from "../shared/deadline.ts";
import type { Schedule, ScheduleEntry } from "../shared/schedule.ts";
import type { StoredTables } from "../shared/schema.ts";
import type { BroadcastQueue } from "./broadcast-queue.ts";
import { emptiedEdits } from "./erased-lines.ts";
import { isEdited, isRest, restOf, timeOf } from "./expired-lines.ts";
import type { Log } from "./log.ts";
import type { MessageState } from "./message-state.ts";
import type { NoticeBoard } from "./notice-board.ts";
import { RetentionSweep } from "./retention-sweep.ts";
import { RetentionTable } from "./retention-table.ts";
import type { RoomAlarm } from "./room-alarm.ts";

/**
 * One event moves on over so many rows of the log at most, and ends with the row
 * that has reached so many events: an import has thousands in a row.
 */
const ROWS_MAX = 2048;
const EVENTS_MAX = 65_536;
/** The next event follows after so many ms: others come in between. */
const PAUSE_MS = 10;
/** After a crash the rest follows after so many ms at most. */
const ALARM_MS = 60_000;

/** The part of a room that its retention needs. */
export interface RetentionRoom {
  readonly platform: { readonly sql: Sql };
  readonly settings: { readonly ROOM_DAYS: number };
  readonly name: string;
  readonly log: Log;
  readonly messageState: MessageState;
  readonly board: NoticeBoard;
  readonly schedule: Schedule;
  readonly alarm: RoomAlarm;
  readonly moderation: { readonly time: { at(now: number): number } };
  readonly broadcastQueue: Pick<BroadcastQueue, "isEmpty">;
  flush(now: number): void;
  afterFlush(done: () => void): void;
  rewrite(changes: ReadonlyMap<number, string>): void;
}

/** @returns null: the room keeps its events for ever */
export function createRetention(
  room: RetentionRoom,
  tables: StoredTables,
): Retention | null {
  return room.settings.ROOM_DAYS > 0 ? new Retention(room, tables) : null;
}

export class Retention {
  readonly #room: RetentionRoom;
  readonly #ageMs: number;
  readonly #table: RetentionTable;
  readonly #timer: ScheduleEntry;
  /** Events of this time and of before are too old, ms since 1970. */
  #cut = Number.NEGATIVE_INFINITY;
  /** The oldest event that is read, with its time; -Infinity: it is not known. */
  #edge = { seq: 0, at: Number.NEGATIVE_INFINITY };
  /** No later event has an earlier time, as far as is known. */
  #lowestAt = Infinity;
  #epoch: string | null;
  #head = 0;
  /** When old events are deleted next, ms since 1970; null: there are none. */
  #wakeAt: number | null;
  #sweep: RetentionSweep | null = null;
  /** Something that nobody reads is in the row of the oldest event that is read. */
  #hasHidden = false;
  #willTrim = false;

  /** Only reads. */
  constructor(room: RetentionRoom, tables: StoredTables) {
    this.#room = room;
    const { platform, name, settings, log, schedule, alarm } = room;
    const { ROOM_DAYS: days } = settings;
    this.#ageMs = days * DAY_MS;
    this.#table = new RetentionTable(platform.sql, name, days, tables);
    this.#epoch = log.epoch;
    this.#wakeAt = this.#table.read(log.epoch);
    alarm.restored(this.#wakeAt ?? Infinity);
    this.#timer = schedule.add({
      ...{ name: "retention", clock: "timer", delayMaxMs: PAUSE_MS },
      // The start of the event does it all.
      run: () => {
        this.#timer.dueAt = null;
      },
    });
    log.ageMask = (first, lines) => {
      // What was hidden before the clock was set back stays hidden.
      for (const [i, line] of lines.entries())
        if (first + i < log.oldest || this.#isExpired(line))
          lines[i] = restOf(first + i, name, line);
    };
  }

  /** The start of each event: from now on nobody reads what is too old. */
  advance(now: number): void {
    const { log } = this.#room;
    if (log.epoch === null) return;
    if (log.epoch !== this.#epoch) this.#forget();
    this.#setCut(now);
    const { seq, at } = this.#edge;
    const isUnknown = at === Infinity && log.head >= log.oldest;
    if (at <= this.#cut || seq !== log.oldest || isUnknown) this.#moveOn();
    const isDueNow = isDue(this.#wakeAt, now, this.#ageMs + DAY_MS);
    if (!this.#isMoving && (this.#sweep !== null || isDueNow)) this.#clean(now);
    const goesOn = this.#isMoving || this.#sweep !== null;
    this.#timer.dueAt = goesOn ? now + PAUSE_MS : null;
  }

  /** The end of each event. @returns when an alarm is wanted; Infinity: none */
  settle(now: number): number {
    const { head } = this.#room.log;
    if (head !== this.#head) this.#lowestAt = Math.min(this.#lowestAt, now);
    this.#head = head;
    if (this.#timer.dueAt !== null) return now + ALARM_MS;
    const wanted = this.#wantedAt(now);
    const { wakeAt } = this;
    if (wakeAt === Infinity ? wanted < wakeAt : wanted < wakeAt - DAY_MS)
      this.#setWakeAt(Math.max(wanted, now), now);
    return this.wakeAt;
  }

  /** When old events are deleted next, ms since 1970; Infinity: there are none. */
  get wakeAt(): number {
    return this.#wakeAt ?? Infinity;
  }

  /**
   * The room has another log, of which old events are deleted at once.
   *
   * @returns how many
   */
  replaced(now: number): number {
    const { log } = this.#room;
    this.#forget();
    this.#setCut(now);
    const { oldest } = log;
    while (this.#isMoving) this.#moveOn();
    let expired = log.oldest - oldest;
    do expired += this.#clean(now, 0);
    while (this.#sweep !== null);
    return expired;
  }

  /** The room has another log, or none before. */
  #forget(): void {
    this.#epoch = this.#room.log.epoch;
    this.#edge = { seq: 0, at: Number.NEGATIVE_INFINITY };
    [this.#lowestAt, this.#sweep, this.#wakeAt] = [Infinity, null, null];
    this.#hasHidden = false;
  }

  get #isMoving(): boolean {
    return this.#edge.at === Number.NEGATIVE_INFINITY;
  }

  /**
   * After a sleep the room's own time counts, so that a clock that was set back
   * in the meantime brings nothing back. Later what is hidden stays hidden.
   */
  #setCut(now: number): void {
    const { moderation, log } = this.#room;
    const isFirst = this.#cut === Number.NEGATIVE_INFINITY;
    if (isFirst) [this.#lowestAt, this.#head] = [log.newestAt(), log.head];
    this.#cut = (isFirst ? moderation.time.at(now) : now) - this.#ageMs;
  }

  #isExpired(line: string): boolean {
    return isRest(line) || timeOf(line) <= this.#cut;
  }

  /** Hides the oldest events while they are too old, and deletes their rows. */
  #moveOn(): void {
    const { log, messageState, board } = this.#room;
    const { oldest } = log;
    const { next, row, at, edited, isInRow } = this.#findEdge(oldest);
    this.#edge = { seq: next, at };
    const isAll = next > log.head;
    this.#hasHidden = isInRow && !isAll;
    if (isAll) this.#lowestAt = Infinity;
    if (next === oldest) return;
    log.hideBefore(next);
    if (edited.length > 0) this.#room.rewrite(emptiedEdits(log, edited));
    this.#deleteBefore(isAll ? next : row);
    messageState.trim(next);
    board.trim(next);
    this.#trimAfterFlush();
  }

  /**
   * Finds the oldest event that is not too old, as far as one event goes.
   *
   * @returns it, with its row, the edited messages before it, and whether there is
   *   something before it in its row
   */
  #findEdge(oldest: number) {
    const { log } = this.#room;
    const edited: string[] = [];
    let [next, row, rows, isInRow] = [oldest, oldest, 0, false];
    const isFull = () => rows >= ROWS_MAX || next - oldest >= EVENTS_MAX;
    while (next <= log.head && !isFull()) {
      for (const { first, lines } of log.storedFrom(next)) {
        [row, rows] = [first, rows + 1];
        isInRow = first < oldest && this.#hasHidden;
        for (const line of lines.slice(next - first)) {
          if (!this.#isExpired(line))
            return { next, row, at: timeOf(line), edited, isInRow };
          isInRow ||= !isRest(line);
          if (isEdited(line)) edited.push(line);
          next++;
        }
      }
    }
    const at = next > log.head ? Infinity : Number.NEGATIVE_INFINITY;
    return { next, row, at, edited, isInRow };
  }

  /** Deletes stored events. The newest one of all stays for its number. */
  #deleteBefore(seq: number): void {
    const { log, name } = this.#room;
    if (seq <= log.oldestStored) return;
    const [newest] = log.storedFrom(log.head);
    const line = newest?.lines.at(-1) ?? "";
    const isAlone = newest?.first === log.oldestStored;
    if (seq > log.head && isAlone && newest?.lines.length === 1 && isRest(line))
      return;
    log.cutBefore(seq, restOf(log.head, name, line));
    this.#room.rewrite(new Map());
  }

  /** A reaction that waits is about a message that may have gone. */
  #trimAfterFlush(): void {
    const { broadcastQueue, messageState, log } = this.#room;
    if (this.#willTrim || broadcastQueue.isEmpty) return;
    this.#willTrim = true;
    this.#room.afterFlush(() => {
      this.#willTrim = false;
      messageState.trim(log.oldest);
    });
  }

  /**
   * Deletes what is hidden in the oldest row, and empties what is too old in the
   * midst of the log, as far as one event goes.
   *
   * @param pauseMs until it is done again, at least
   * @returns how many events it has emptied
   */
  #clean(now: number, pauseMs = DAY_MS): number {
    const { log, messageState, board } = this.#room;
    this.#room.flush(now);
    if (this.#sweep === null) {
      this.#deleteBefore(log.oldest);
      [this.#hasHidden, this.#lowestAt] = [false, Infinity];
    }
    const sweep = this.#sweep ?? new RetentionSweep(this.#room);
    this.#sweep = sweep;
    const { changes, messages, count, lowestAt } = sweep.step(this.#cut, {
      rows: ROWS_MAX,
      events: EVENTS_MAX,
    });
    this.#lowestAt = Math.min(this.#lowestAt, lowestAt);
    if (count > 0) {
      this.#room.rewrite(changes);
      messageState.erasedAll(messages);
      board.keepPins((of) => log.line(of)?.startsWith(MESSAGE) === true);
    }
    if (!sweep.isDone) return count;
    this.#sweep = null;
    const wanted = this.#wantedAt(now);
    this.#setWakeAt(
      wanted === Infinity ? null : Math.max(wanted, now + pauseMs),
      now,
    );
    return count;
  }

  /** When something stored is too old, ms since 1970; Infinity: nothing ever is. */
  #wantedAt(now: number): number {
    const { log } = this.#room;
    if (log.oldest > log.head) return Infinity;
    if (this.#hasHidden) return now;
    return Math.min(this.#edge.at, this.#lowestAt) + this.#ageMs;
  }

  #setWakeAt(wanted: number | null, now: number): void {
    // Times that are still to come put nothing off.
    const at = wanted === null ? null : Math.min(wanted, now + this.#ageMs);
    if (at === this.#wakeAt) return;
    this.#wakeAt = at;
    this.#table.write(at, this.#room.log.epoch ?? "");
  }
}

const MESSAGE = '{"type":"message"';
