// History sync: says which events of a room are shown and which are requested, and stores the last position shown.
import type { HistoryFrame } from "../protocol/client-frames.ts";
import * as LIMITS from "../protocol/limits.ts";
import type { HistoryPage, WelcomeFrame } from "../protocol/server-frames.ts";
import type { DebouncedValue } from "./debounced-value.ts";
import { hasFields, isLogEvent, type LogEvent } from "./parse-frame.ts";
import type { SequencedItems, SequencedPage, Sequencer } from "./sequencer.ts";
import type { Timeline } from "./timeline.ts";

const EPOCH_MAX = 64;

/** A page that is to be requested. */
export interface PageRequest {
  readonly frame: HistoryFrame;
  /** @returns null if the page is of another log: the room is joined again */
  readonly take: (page: HistoryPage) => SequencedItems | null;
}

export class HistorySync {
  readonly #stored: DebouncedValue;
  readonly #limit: number;
  readonly #sequencer: Sequencer;
  readonly #timeline: Timeline;
  readonly #clear: () => void;
  #isRequesting = false;
  #isFirstPageNext = false;
  #isResetPageDue = false;
  /** Names of events up to here may have changed since. */
  #seqAtJoin = 0;

  /**
   * @param sequencer the order of the room's events
   * @param stored the position of the last event shown
   * @param limit the number of older messages to begin with
   * @param clear drops the messages that may be out of date
   */
  constructor(
    sequencer: Sequencer,
    timeline: Timeline,
    stored: DebouncedValue,
    limit: number,
    clear: () => void,
  ) {
    this.#sequencer = sequencer;
    this.#timeline = timeline;
    this.#stored = stored;
    this.#limit = limit;
    this.#clear = clear;
  }

  /** Continues where an earlier client with this storage stopped. */
  async load(): Promise<void> {
    const stored = await this.#stored.get();
    // No server has a longer epoch: it would refuse a join with this one.
    if (
      !hasFields(stored, "epoch seq+") ||
      String(stored.epoch).length > EPOCH_MAX
    )
      return;
    const { epoch, seq } = stored;
    this.#sequencer.lastShown = { epoch: String(epoch), seq: Number(seq) };
  }

  /** The next `history` frame follows the welcome, and answers no request. */
  get isFirstPageNext(): boolean {
    return this.#isFirstPageNext;
  }

  /** @returns the events to show */
  onWelcome(welcome: WelcomeFrame): SequencedItems {
    const sequencer = this.#sequencer;
    this.#isRequesting = false;
    this.#isResetPageDue = false;
    this.#seqAtJoin = welcome.seq;
    sequencer.onWelcome(welcome);
    this.#isFirstPageNext = sequencer.isPageDue && this.#limit > 0;
    if (!sequencer.isPageDue || this.#isFirstPageNext) return [];
    this.#timeline.more = welcome.seq > 0;
    return sequencer.startWithPage({ events: [] });
  }

  /** The first page of the connection, or after a reset. */
  onFirstPage(page: HistoryPage): SequencedItems {
    this.#isFirstPageNext = false;
    const sequenced = sequencedPage(page);
    // It begins the view: earlier messages may have changed unseen.
    this.#clear();
    this.#begin(page.more, sequenced);
    return this.#sequencer.startWithPage(sequenced);
  }

  /** The log was replaced. */
  onReset(epoch: string, seq: number): void {
    this.#sequencer.onReset(epoch, seq);
    this.#isRequesting = false;
    this.#isResetPageDue = true;
  }

  /** True if the event came after the join: its name is still right. */
  isRecent({ seq }: LogEvent): boolean {
    return seq > this.#seqAtJoin;
  }

  /** The request for a page that is due, once; null: no page is due. */
  takeRequest(): PageRequest | null {
    const request = this.#isRequesting ? null : this.#nextRequest();
    this.#isRequesting ||= request !== null;
    return request;
  }

  /** Stores the position, after events were shown. */
  savePosition(): void {
    const { lastShown } = this.#sequencer;
    if (lastShown !== null) this.#stored.set(lastShown);
  }

  /** @returns when everything that outlives the client is stored */
  close(): Promise<void> {
    return this.#stored.flush();
  }

  #begin(more: boolean, { events, from }: SequencedPage): void {
    this.#timeline.more = more;
    this.#timeline.from = from ?? events[0]?.seq ?? Number.POSITIVE_INFINITY;
  }

  #nextRequest(): PageRequest | null {
    const { historyDueBefore: before, missingAfter: after } = this.#sequencer;
    if (this.#isResetPageDue)
      return this.#request(
        { limit: Math.max(1, this.#limit), fold: true },
        (page) => {
          this.#isResetPageDue = false;
          return this.onFirstPage(page);
        },
      );
    // Messages that an earlier client has shown.
    if (before !== null)
      return this.#request(
        { before: before.seq + 1, limit: this.#limit, fold: true },
        (page) => {
          const sequenced = sequencedPage(page);
          this.#begin(page.more, sequenced);
          return this.#sequencer.startWithHistory(sequenced);
        },
      );
    if (after === null) return null;
    return this.#request({ after, limit: LIMITS.historyPageMax }, (page) =>
      page.epoch === this.#sequencer.position.epoch
        ? this.#sequencer.fillMissing(sequencedPage(page).events)
        : null,
    );
  }

  #request(
    fields: Omit<HistoryFrame, "type">,
    take: PageRequest["take"],
  ): PageRequest {
    return {
      frame: { type: "history", ...fields },
      take: (page) => {
        this.#isRequesting = false;
        return take(page);
      },
    };
  }
}

/** @returns its events, and the numbers that it covers if it tells them */
export function sequencedPage(page: HistoryPage): SequencedPage {
  const events = page.messages.filter(isLogEvent);
  if (!page.fold) return { events };
  const { from, to, asOf } = page;
  return { events, from, to, asOf };
}
