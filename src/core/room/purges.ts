// Purges: a room erases all that a user said in the last hours, or all of a user, some rows of the log an event, and hides the rest until then.
import type { ScheduleEntry } from "../shared/schedule.ts";
import type { StoredTables } from "../shared/schema.ts";
import { LogRows } from "./log-rows.ts";
import { LogSweep } from "./log-sweep.ts";
import { PurgeTable } from "./purge-table.ts";
import { type PurgeRange, purgedLines } from "./purged-lines.ts";
import type { SweptRoom } from "./swept-room.ts";
import { UserErasures } from "./user-erasures.ts";

/** The next event follows after so many ms: others come in between. */
const PAUSE_MS = 10;
/** After a crash the rest follows after so many ms at most. */
const ALARM_MS = 60_000;
/** So many purges go on at once in a room. */
const PENDING_MAX = 16;

interface Pending {
  readonly range: PurgeRange;
  readonly sweep: LogSweep;
  isStored: boolean;
}

export class Purges {
  /** Users who are erased. */
  readonly users: UserErasures;
  readonly #room: SweptRoom;
  readonly #table: PurgeTable;
  readonly #timer: ScheduleEntry;
  #pending: Pending[] = [];

  /** Only reads. */
  constructor(room: SweptRoom, tables: StoredTables) {
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
      .map((range) => this.#pendingOf(range, true));
    this.users = new UserErasures(room, tables, () => this.#setMask());
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
    const pending = this.#pendingOf(range, false);
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
    while (!this.#isIdle) this.#sweep();
  }

  /** A user is erased: the purges of what the user said are part of it. */
  drop(user: string): void {
    for (const { range, isStored } of this.#pending)
      if (range.user === user && isStored) this.#table.delete(range);
    this.#pending = this.#pending.filter(({ range }) => range.user !== user);
    this.#setMask();
  }

  /** The end of each event. @returns when an alarm is wanted; Infinity: none */
  settle(now: number): number {
    if (this.#isIdle) return Infinity;
    this.#timer.dueAt ??= now + PAUSE_MS;
    return now + ALARM_MS;
  }

  #sweep(): void {
    const [first] = this.#pending;
    if (first === undefined) this.users.sweep();
    else this.#sweepOne(first);
  }

  get #isIdle(): boolean {
    return this.isEmpty && this.users.isIdle;
  }

  #sweepOne(pending: Pending): void {
    const { erasures, log, messageState } = this.#room;
    const { changes, erased } = pending.sweep.nextPart();
    if (changes.size > 0) this.#room.rewrite(changes);
    if (erased.length > 0) {
      messageState.erasedAll(erased);
      erasures.addAll(
        log.epoch ?? "",
        erased.map(({ seq }) => seq),
      );
    }
    if (!pending.sweep.isDone) return;
    if (pending.isStored) this.#table.delete(pending.range);
    this.#pending = this.#pending.filter((one) => one !== pending);
    this.#setMask();
  }

  #pendingOf(range: PurgeRange, isStored: boolean): Pending {
    const { platform, name } = this.#room;
    const { user, from, to } = range;
    const sweep = new LogSweep({
      ...{ sql: platform.sql, room: name, from, to },
      text: `"user":"${user}"`,
      replace: (first, lines) => this.#purge(range, first, lines),
    });
    return { range, sweep, isStored };
  }

  #purge(range: PurgeRange, first: number, lines: readonly string[]) {
    const { platform, name } = this.#room;
    return purgedLines(range, first, lines, (seq) =>
      new LogRows(platform.sql, name).lineAt(seq),
    );
  }

  /** Nobody reads the lines that are still to be erased. */
  #setMask(): void {
    // The first call comes while `users` is made.
    const users: UserErasures | undefined = this.users;
    const isIdle = this.isEmpty && (users === undefined || users.isIdle);
    this.#room.log.purgeMask = isIdle
      ? null
      : (first, lines) => {
          for (const { range } of this.#pending) {
            const { changes } = this.#purge(range, first, lines);
            for (const [seq, line] of changes) lines[seq - first] = line;
          }
          this.users.mask(first, lines);
        };
  }
}

const MESSAGE = '{"type":"message"';
