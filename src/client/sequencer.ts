// Sequencer: releases a room's events once and in order, detects missing ones, and buffers early ones.
import * as LIMITS from "../protocol/limits.ts";
import type { WelcomeFrame } from "../protocol/server-frames.ts";
import type { GapEvent } from "./events.ts";
import type { LogEvent } from "./parse-frame.ts";

/** A position in a room's log: everything up to `seq`. */
export interface LogPosition {
  readonly epoch: string;
  readonly seq: number;
}

export interface SequencedEvent {
  readonly event: LogEvent;
  /** To be shown; false if it was shown before. */
  readonly isNew: boolean;
  /** From before this chat began. */
  readonly isReplay: boolean;
  /**
   * Of a message on a page, which begins or continues the view: the page has all
   * changes up to this event.
   */
  readonly asOf?: number;
}

/** The events of a page, and the numbers that it covers, if they are known. */
export interface SequencedPage {
  readonly events: readonly LogEvent[];
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Set if the messages are as they are now: the newest event then. */
  readonly asOf?: number | undefined;
}

/** Events and gaps, in order. */
export type SequencedItems = readonly (SequencedEvent | GapEvent)[];

/**
 * Events buffered while earlier ones are missing; later ones are fetched again.
 */
const BUFFERED_MAX = 1000;

export class Sequencer {
  /** The last event shown, by this client or an earlier one. */
  lastShown: LogPosition | null = null;
  /**
   * The last event shown when the connection began; a page is compared with it.
   */
  #lastShownAtJoin: LogPosition | null = null;
  #epoch = "";
  /** The position that the join asked to resume after. */
  #resumedAfter = 0;
  /** This connection has all events after `#coveredAfter`, up to here. */
  #position = 0;
  #coveredAfter = 0;
  /** The newest event when the connection began. */
  #headAtJoin = 0;
  /** The highest `seq` that is known, and whether the server cut the replay. */
  #highestKnown = 0;
  #isReplayCut = false;
  readonly #buffered = new Map<number, LogEvent>();
  /** This chat has shown an event, or wants no older ones. */
  #hasStarted: boolean;
  #isPageDue = false;

  /** @param wantsHistory begin with older messages */
  constructor(wantsHistory: boolean) {
    this.#hasStarted = !wantsHistory;
  }

  /** How far this connection has the log. */
  get position(): LogPosition {
    return { epoch: this.#epoch, seq: this.#position };
  }

  /**
   * The fields of a join that resume. They go back to the position of a message
   * that was sent without an ack, so that the replay shows whether it arrived.
   */
  resumeFields(
    tried: readonly LogPosition[],
  ): { since: number; epoch: string } | null {
    // The author of a message had seen the events before it.
    this.lastShown ??= tried.at(-1) ?? null;
    if (this.lastShown === null) return null;
    const { epoch, seq } = this.lastShown;
    this.#resumedAfter = seq;
    for (const position of tried)
      if (
        position.epoch === epoch &&
        position.seq >= seq - LIMITS.dedupeWindowEvents
      )
        this.#resumedAfter = Math.min(this.#resumedAfter, position.seq);
    return { since: this.#resumedAfter, epoch };
  }

  /** A connection begins. If it is not resumed, a page follows. */
  onWelcome({ epoch, seq, resumed, more }: WelcomeFrame): void {
    this.onReset(epoch, seq);
    if (!resumed) return;
    this.#isPageDue = false;
    this.#position = this.#resumedAfter;
    this.#coveredAfter = this.#resumedAfter;
    this.#isReplayCut = more;
    // The missed events follow by themselves.
    this.#highestKnown = 0;
  }

  /** The log was replaced; a page follows. */
  onReset(epoch: string, seq: number): void {
    this.#buffered.clear();
    this.#lastShownAtJoin = this.lastShown;
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

  /**
   * The newest page, with which the connection begins; empty if none was
   * requested.
   */
  startWithPage({ events, asOf, ...page }: SequencedPage): SequencedItems {
    this.#isPageDue = false;
    const lastShown = this.#lastShownAtJoin;
    const first = page.from ?? events[0]?.seq ?? this.#position + 1;
    const to = page.to ?? events.at(-1)?.seq ?? 0;
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
      asOf: asOf ?? event.seq,
    }));
    this.#hasStarted = true;
    // After a reset the page may contain newer events than the reset names.
    this.#position = Math.max(this.#position, to);
    this.#markShown(this.#position);
    const gap = this.#gap(isOtherEpoch ? null : lastShownSeq, first);
    return [...(isMissing ? [gap] : []), ...sequenced, ...this.#takeInOrder()];
  }

  /**
   * Set if older messages, shown by an earlier chat, must be requested first.
   */
  get historyDueBefore(): LogPosition | null {
    return this.#hasStarted || this.#isPageDue ? null : this.#lastShownAtJoin;
  }

  /** The page before that position. Buffered events follow it. */
  startWithHistory({ events, asOf }: SequencedPage): SequencedEvent[] {
    this.#hasStarted = true;
    const replayed = events.map((event) => ({
      ...{ event, isNew: true, isReplay: true, asOf: asOf ?? event.seq },
    }));
    return [...replayed, ...this.#takeInOrder()];
  }

  /** Adds an event. @returns it and the events that it releases */
  addEvent(event: LogEvent): SequencedEvent[] {
    if (event.seq <= this.#position) return [];
    this.#highestKnown = Math.max(this.#highestKnown, event.seq);
    if (this.#buffered.size < BUFFERED_MAX || event.seq === this.#position + 1)
      this.#buffered.set(event.seq, event);
    return this.#takeInOrder();
  }

  /** An event with that `seq` exists, but is not here. */
  noteMissing(seq: number): void {
    this.#highestKnown = Math.max(this.#highestKnown, seq);
  }

  /** Set if events are missing: the position after which to request them. */
  get missingAfter(): number | null {
    if (this.#isPageDue || this.historyDueBefore !== null) return null;
    const isBehind =
      this.#highestKnown > this.#position ||
      (this.#isReplayCut && this.#position < this.#headAtJoin);
    return isBehind ? this.#position : null;
  }

  /** Adds requested events. */
  fillMissing(events: readonly LogEvent[]): SequencedItems {
    const first = events[0]?.seq ?? Math.min(...this.#buffered.keys());
    if (first === Number.POSITIVE_INFINITY) {
      // There are no newer events, whatever was announced.
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

  /** The connection has all events that existed when it began. */
  get isCaughtUp(): boolean {
    const isWaiting = this.#isPageDue || this.historyDueBefore !== null;
    return !isWaiting && this.#position >= this.#headAtJoin;
  }

  /** True if the connection has all events since that position. */
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
      const isNew = event.seq > (this.lastShown?.seq ?? 0);
      sequenced.push({ event, isNew, isReplay: false });
      if (isNew) this.#markShown(event.seq);
    }
  }

  #markShown(seq: number): void {
    const isShown =
      this.lastShown?.epoch === this.#epoch && this.lastShown.seq >= seq;
    if (!isShown) this.lastShown = { epoch: this.#epoch, seq };
  }

  #gap(after: number | null, before: number): GapEvent {
    return { type: "gap", epoch: this.#epoch, after, before };
  }
}
