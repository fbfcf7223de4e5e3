// The events of one room in their order: each released once, holes noticed, what came too early put aside.
import * as LIMITS from "../protocol/limits.ts";
import type { WelcomeFrame } from "../protocol/server-frames.ts";
import type { GapEvent } from "./events.ts";
import type { RoomEvent } from "./parse-frame.ts";

/** A place in a room's log: everything up to `seq`. */
export interface LogPosition {
  readonly epoch: string;
  readonly seq: number;
}

export interface SequencedEvent {
  readonly event: RoomEvent;
  /** To be shown; otherwise it has been. */
  readonly isNew: boolean;
  /** From before this chat began. */
  readonly isReplay: boolean;
}

/** What follows, in order. */
export type SequencedItems = readonly (SequencedEvent | GapEvent)[];

/** Events put aside while a hole is filled; what is beyond is fetched later. */
const BUFFERED_MAX = 1000;

export class Sequencer {
  /** The last one that was ever shown, also by a chat before this one. */
  #lastShown: LogPosition | null;
  /** Where the reader was as the connection began; a page is judged by it. */
  #lastShownAtJoin: LogPosition | null = null;
  #epoch = "";
  /** After which the connection was asked to resume. */
  #resumedAfter = 0;
  /** This connection has had everything after `#from`, up to here. */
  #position = 0;
  #coveredAfter = 0;
  /** What was in the log as the connection began. */
  #headAtJoin = 0;
  /** The highest known of, and whether a replay was cut. */
  #highestKnown = 0;
  #isReplayCut = false;
  readonly #buffered = new Map<number, RoomEvent>();
  /** Something has been shown by this chat, or it wants nothing from before. */
  #hasStarted: boolean;
  #isPageDue = false;

  /** @param wantsHistory should it begin with what had been said before? */
  constructor(lastShown: LogPosition | null, wantsHistory: boolean) {
    this.#lastShown = lastShown;
    this.#hasStarted = !wantsHistory;
  }

  /** The last one that was shown, to be kept. */
  get lastShown(): LogPosition | null {
    return this.#lastShown;
  }

  /** How far this connection is. */
  get position(): LogPosition {
    return { epoch: this.#epoch, seq: this.#position };
  }

  /**
   * From where to resume. Goes back to where something was sent whose ack
   * never came, so that it will be seen whether it arrived.
   */
  resumeFields(
    tried: readonly LogPosition[],
  ): { since: number; epoch: string } | null {
    // Whoever sent something had seen what was there before.
    this.#lastShown ??= tried.at(-1) ?? null;
    if (this.#lastShown === null) return null;
    const { epoch, seq } = this.#lastShown;
    this.#resumedAfter = seq;
    for (const position of tried)
      if (
        position.epoch === epoch &&
        position.seq >= seq - LIMITS.dedupeWindowEvents
      )
        this.#resumedAfter = Math.min(this.#resumedAfter, position.seq);
    return { since: this.#resumedAfter, epoch };
  }

  /** A connection begins. If it is not resumed, `page` comes next. */
  onWelcome({ epoch, seq, resumed, more }: WelcomeFrame): void {
    this.reset(epoch, seq);
    if (!resumed) return;
    this.#isPageDue = false;
    this.#position = this.#resumedAfter;
    this.#coveredAfter = this.#resumedAfter;
    this.#isReplayCut = more;
    // What is missed follows by itself.
    this.#highestKnown = 0;
  }

  /** The log was replaced; `page` comes next. */
  reset(epoch: string, seq: number): void {
    this.#buffered.clear();
    this.#lastShownAtJoin = this.#lastShown;
    this.#epoch = epoch;
    this.#isPageDue = true;
    this.#position = seq;
    this.#coveredAfter = seq;
    this.#headAtJoin = seq;
    this.#highestKnown = seq;
    this.#isReplayCut = false;
  }

  get isPageDue(): boolean {
    return this.#isPageDue;
  }

  /** The newest page, on which it begins; empty if none was asked for. */
  startWithPage(events: readonly RoomEvent[]): SequencedItems {
    this.#isPageDue = false;
    const lastShown = this.#lastShownAtJoin;
    const first = events[0]?.seq ?? this.#position + 1;
    this.#coveredAfter = first - 1;
    const isOtherEpoch = lastShown !== null && lastShown.epoch !== this.#epoch;
    const lastShownSeq =
      lastShown !== null && !isOtherEpoch ? lastShown.seq : 0;
    const isMissing =
      isOtherEpoch || (lastShown !== null && first > lastShownSeq + 1);
    const sequenced = events.map((event) => ({
      event,
      isNew: event.seq > lastShownSeq || !this.#hasStarted,
      isReplay:
        !this.#hasStarted && (lastShown === null || event.seq <= lastShownSeq),
    }));
    this.#hasStarted = true;
    // After a reset the page may hold more than there was at the time.
    this.#position = Math.max(this.#position, events.at(-1)?.seq ?? 0);
    this.#markShown(this.#position);
    const gap = this.#gap(isOtherEpoch ? null : lastShownSeq, first);
    return [...(isMissing ? [gap] : []), ...sequenced, ...this.#takeInOrder()];
  }

  /** What had been shown before this chat began is still to be fetched. */
  get historyDueBefore(): LogPosition | null {
    return this.#hasStarted || this.#isPageDue ? null : this.#lastShownAtJoin;
  }

  /** The page before that place. What came after it follows. */
  startWithHistory(events: readonly RoomEvent[]): SequencedEvent[] {
    this.#hasStarted = true;
    const replayed = events.map((event) => ({
      event,
      isNew: true,
      isReplay: true,
    }));
    return [...replayed, ...this.#takeInOrder()];
  }

  /** An event, from wherever; returned with what it lets through. */
  addEvent(event: RoomEvent): SequencedEvent[] {
    if (event.seq <= this.#position) return [];
    this.#highestKnown = Math.max(this.#highestKnown, event.seq);
    if (this.#buffered.size < BUFFERED_MAX || event.seq === this.#position + 1)
      this.#buffered.set(event.seq, event);
    return this.#takeInOrder();
  }

  /** There is an event of that number, which is not known. */
  noteMissing(seq: number): void {
    this.#highestKnown = Math.max(this.#highestKnown, seq);
  }

  /** After which to fetch, if there is a hole. */
  get missingAfter(): number | null {
    if (this.#isPageDue || this.historyDueBefore !== null) return null;
    const isBehind =
      this.#highestKnown > this.#position ||
      (this.#isReplayCut && this.#position < this.#headAtJoin);
    return isBehind ? this.#position : null;
  }

  /** What was fetched for a hole. */
  fillMissing(events: readonly RoomEvent[]): SequencedItems {
    const first = events[0]?.seq ?? Math.min(...this.#buffered.keys());
    if (first === Number.POSITIVE_INFINITY) {
      // There is nothing behind what we have, whatever was announced.
      this.#highestKnown = 0;
      this.#isReplayCut = false;
      return [];
    }
    const gaps: GapEvent[] = [];
    if (first > this.#position + 1) {
      gaps.push(this.#gap(this.#position, first));
      this.#position = first - 1;
      this.#coveredAfter = this.#position;
      this.#markShown(this.#position);
    }
    const sequenced = events.flatMap((event) => this.addEvent(event));
    return [...gaps, ...sequenced, ...this.#takeInOrder()];
  }

  /** It has had everything that was there as the connection began. */
  get isCaughtUp(): boolean {
    const isWaiting = this.#isPageDue || this.historyDueBefore !== null;
    return !isWaiting && this.#position >= this.#headAtJoin;
  }

  /** Has it had everything since that place? */
  covers({ epoch, seq }: LogPosition): boolean {
    return epoch === this.#epoch && seq >= this.#coveredAfter;
  }

  #takeInOrder(): SequencedEvent[] {
    const sequenced: SequencedEvent[] = [];
    if (this.#isPageDue || this.historyDueBefore !== null) return sequenced;
    for (;;) {
      const event = this.#buffered.get(this.#position + 1);
      if (event === undefined) return sequenced;
      this.#position = event.seq;
      this.#buffered.delete(event.seq);
      const isNew = event.seq > (this.#lastShown?.seq ?? 0);
      sequenced.push({ event, isNew, isReplay: false });
      if (isNew) this.#markShown(event.seq);
    }
  }

  #markShown(seq: number): void {
    const isShown =
      this.#lastShown?.epoch === this.#epoch && this.#lastShown.seq >= seq;
    if (!isShown) this.#lastShown = { epoch: this.#epoch, seq };
  }

  #gap(after: number | null, before: number): GapEvent {
    return { type: "gap", epoch: this.#epoch, after, before };
  }
}
