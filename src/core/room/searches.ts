// Searches: a room searches its log for words, some rows an event, so that others are heard in between, and answers each search with one page.
import * as LIMITS from "../../protocol/limits.ts";
import { matchesSearch, searchWords } from "../../protocol/search-text.ts";
import type { Sql } from "../shared/contract.ts";
import type { ResultPage } from "../shared/room-requests.ts";
import type { Schedule, ScheduleEntry } from "../shared/schedule.ts";
import { type Rate, TokenBucket } from "../shared/token-bucket.ts";
import { AbsentRates } from "./absent-rates.ts";
import { type FoldSource, fold, type Reader, rowsNeeded } from "./fold.ts";
import type { Log } from "./log.ts";
import { LogRows } from "./log-rows.ts";
import type { MessageState } from "./message-state.ts";
import type { NoticeBoard } from "./notice-board.ts";
import type { FoundEvent } from "./page-walk.ts";

/** The next event of a search follows after so many ms: others come in between. */
const PAUSE_MS = 5;
/** So many searches go on at once in a room. */
const SEARCHES_MAX = 16;
/** One answer takes so many steps at most, also where long texts fill the rows. */
const STEPS_MAX = 32;
const INTERVAL_MS = LIMITS.searchIntervalMs;
const USER_RATE: Rate = { burst: 1, perSecond: 1000 / INTERVAL_MS };
const ROOM_RATE: Rate = {
  burst: LIMITS.roomSearchesPerSecond,
  perSecond: LIMITS.roomSearchesPerSecond,
};

/** The part of a room that searches need. */
export interface SearchRoom {
  readonly platform: { readonly sql: Sql };
  readonly name: string;
  readonly log: Log;
  readonly messageState: MessageState;
  readonly board: NoticeBoard;
  readonly schedule: Schedule;
}

export interface SearchRequest {
  readonly text: string;
  readonly before?: number | undefined;
  readonly limit?: number | undefined;
}

export interface SearchOwner {
  /** Reactions on the page are this user's own; null: nobody's. */
  readonly reader: Reader;
  /** Is somebody still there to get the answer? Looked at before each step. */
  isWaiting(): boolean;
  /** Gets the page, once. The caller looks again whether the user may read it. */
  answer(page: ResultPage, now: number): void;
}

interface Search {
  readonly request: SearchRequest;
  readonly owner: SearchOwner;
  readonly words: readonly string[];
  readonly limit: number;
  epoch: string | null;
  asOf: number;
  /** The highest number that is looked at, and the next one. */
  start: number;
  next: number;
  /** Numbers of the messages found, the newest first: their texts may go yet. */
  found: number[];
  /** How many events may still be looked at, in how many steps. */
  left: number;
  stepsLeft: number;
}

export class Searches {
  readonly #room: SearchRoom;
  readonly #timer: ScheduleEntry;
  readonly #users = new AbsentRates(USER_RATE);
  #bucket: TokenBucket | null = null;
  /** Each has a turn after the others. */
  #searches: Search[] = [];

  constructor(room: SearchRoom) {
    this.#room = room;
    this.#timer = room.schedule.add({
      ...{ name: "search", clock: "timer", delayMaxMs: PAUSE_MS },
      run: (now) => {
        this.#timer.dueAt = null;
        this.#step(this.#searches.shift(), now);
      },
    });
  }

  /**
   * Counts a search against the rates of its user and of the room.
   *
   * @param user the id that has the rate; null: only the room's rate counts
   * @returns ms to wait; 0: the search may begin
   */
  take(user: string | null, now: number): number {
    const wait = user === null ? 0 : this.#users.take(user, now);
    if (wait > 0) return wait;
    if (this.#searches.length >= SEARCHES_MAX) return INTERVAL_MS;
    this.#bucket ??= new TokenBucket(ROOM_RATE, now);
    const roomWait = this.#bucket.take(ROOM_RATE, now);
    // The token of the user is spent as well.
    return roomWait > 0 && user !== null ? INTERVAL_MS : roomWait;
  }

  /** Searches, and answers now or in a later event. */
  begin(request: SearchRequest, owner: SearchOwner, now: number): void {
    const search: Search = {
      ...{ request, owner, words: searchWords(request.text) },
      limit: request.limit ?? LIMITS.searchPageDefault,
      ...{ epoch: null, asOf: 0, start: 0, next: 0, found: [] },
      ...{ left: 0, stepsLeft: 0 },
    };
    this.#restart(search);
    this.#step(search, now);
  }

  #restart(search: Search): void {
    const { epoch, head } = this.#room.log;
    const before = Math.min(search.request.before ?? head + 1, head + 1);
    const start = Math.max(before, 1) - 1;
    Object.assign(search, { epoch, start, next: start, found: [] });
    search.left = LIMITS.searchEventsMax;
    search.stepsLeft = STEPS_MAX;
  }

  #step(search: Search | undefined, now: number): void {
    if (search?.owner.isWaiting()) {
      const { log, platform, name } = this.#room;
      // The log was replaced: its numbers mean other messages.
      if (search.epoch !== log.epoch) this.#restart(search);
      const rows = new LogRows(platform.sql, name, log.mask);
      const isFirst = search.next === search.start;
      // A later page needs the budget for the rows of what was found before.
      if (isScanned(search, log) || (scan(search, log, rows) && isFirst))
        search.owner.answer(this.#page(search, rows), now);
      else this.#searches.push(search);
      search.stepsLeft--;
    }
    if (this.#searches.length > 0) this.#timer.dueAt ??= now + PAUSE_MS;
  }

  /** Reads what was found as it is now, as far as one step goes. */
  #page(search: Search, rows: LogRows): ResultPage {
    const { log, messageState: state, board } = this.#room;
    const { words, start, epoch, request } = search;
    const { reader } = search.owner;
    const isPinned = (seq: number) => board.find(seq) !== undefined;
    const source: FoldSource = { state, rows, reader, isPinned };
    const { budget } = rows;
    const events: FoundEvent[] = [];
    let stoppedAt: number | null =
      search.next >= log.oldest ? search.next : null;
    for (const seq of search.found) {
      const isSpent = budget.usedRows > 0 && budget.isSpent;
      if (!rows.has(seq) && events.length > 0 && isSpent) {
        stoppedAt = seq;
        break;
      }
      // It may have been edited, erased or dropped since it was found.
      const line = seq < log.oldest ? null : rows.lineAt(seq);
      if (line === null || !isHit(line, words)) continue;
      const event = { seq, line };
      if (events.length === 0) budget.reserve(rowsNeeded(source, event));
      events.push(event);
    }
    budget.release();
    const { lines, cutAt } = fold(source, events);
    const end = cutAt ?? stoppedAt;
    return {
      ...{ type: "results", text: request.text, lines: lines.reverse() },
      ...{ more: end !== null, epoch, asOf: log.head },
      from: end === null ? Math.min(log.oldest, start + 1) : end + 1,
      to: start,
    };
  }
}

function isScanned(search: Search, log: Log): boolean {
  const { next, found, left, stepsLeft, limit } = search;
  const isSpent = left <= 0 || stepsLeft <= 0;
  return next < log.oldest || isSpent || found.length >= limit;
}

/** Looks at the next rows. @returns true if nothing is left to look at */
function scan(search: Search, log: Log, rows: LogRows): boolean {
  const { budget } = rows;
  while (!isScanned(search, log)) {
    const { next } = search;
    if (budget.usedRows > 0 && budget.isSpent) return false;
    const row = rows.rowAt(next);
    const line = row?.lines[next - row.first];
    if (line !== undefined && isHit(line, search.words))
      search.found.push(next);
    search.next--;
    search.left--;
  }
  return true;
}

const MESSAGE = '{"type":"message"';

function isHit(line: string, words: readonly string[]): boolean {
  if (!line.startsWith(MESSAGE)) return false;
  const { text }: { text: string } = JSON.parse(line);
  return matchesSearch(text, words);
}
