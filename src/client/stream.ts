// The events of one room in their order: each released once, holes noticed, what came too early put aside.
import * as LIMITS from "../protocol/limits.ts";
import type { WelcomeFrame } from "../protocol/server-frames.ts";
import type { Gap } from "./events.ts";
import type { RoomEvent } from "./wire.ts";

/** A place in a room's log: everything up to `seq`. */
export interface Place {
  readonly epoch: string;
  readonly seq: number;
}

export interface Released {
  readonly event: RoomEvent;
  /** To be shown; otherwise it has been. */
  readonly isNew: boolean;
  /** From before this chat began. */
  readonly isPast: boolean;
}

/** What follows, in order. */
export type Following = readonly (Released | Gap)[];

/** Events put aside while a hole is filled; what is beyond is fetched later. */
const ASIDE_MAX = 1000;

export class Stream {
  /** The last one that was ever shown, also by a chat before this one. */
  #shown: Place | null;
  /** Where the reader was as the connection began; a page is judged by it. */
  #before: Place | null = null;
  #epoch = "";
  /** After which the connection was asked to resume. */
  #since = 0;
  /** This connection has had everything after `#from`, up to here. */
  #position = 0;
  #from = 0;
  /** What was in the log as the connection began. */
  #target = 0;
  /** The highest known of, and whether a replay was cut. */
  #highest = 0;
  #isCut = false;
  readonly #aside = new Map<number, RoomEvent>();
  /** Something has been shown by this chat, or it wants nothing from before. */
  #hasBegun: boolean;
  #pageIsDue = false;

  /** @param wantsPast should it begin with what had been said before? */
  constructor(shown: Place | null, wantsPast: boolean) {
    this.#shown = shown;
    this.#hasBegun = !wantsPast;
  }

  /** The last one that was shown, to be kept. */
  get shown(): Place | null {
    return this.#shown;
  }

  /** How far this connection is. */
  get place(): Place {
    return { epoch: this.#epoch, seq: this.#position };
  }

  /**
   * From where to resume. Goes back to where something was sent whose ack
   * never came, so that it will be seen whether it arrived.
   */
  since(tried: readonly Place[]): { since: number; epoch: string } | null {
    // Whoever sent something had seen what was there before.
    this.#shown ??= tried.at(-1) ?? null;
    if (this.#shown === null) return null;
    const { epoch, seq } = this.#shown;
    this.#since = seq;
    for (const place of tried)
      if (place.epoch === epoch && place.seq >= seq - LIMITS.dedupeWindowEvents)
        this.#since = Math.min(this.#since, place.seq);
    return { since: this.#since, epoch };
  }

  /** A connection begins. If it is not resumed, `page` comes next. */
  join({ epoch, seq, resumed, more }: WelcomeFrame): void {
    this.reset(epoch, seq);
    if (!resumed) return;
    this.#pageIsDue = false;
    this.#position = this.#since;
    this.#from = this.#since;
    this.#isCut = more;
    // What is missed follows by itself.
    this.#highest = 0;
  }

  /** The log was replaced; `page` comes next. */
  reset(epoch: string, seq: number): void {
    this.#aside.clear();
    this.#before = this.#shown;
    this.#epoch = epoch;
    this.#pageIsDue = true;
    this.#position = seq;
    this.#from = seq;
    this.#target = seq;
    this.#highest = seq;
    this.#isCut = false;
  }

  get pageIsDue(): boolean {
    return this.#pageIsDue;
  }

  /** The newest page, on which it begins; empty if none was asked for. */
  page(events: readonly RoomEvent[]): Following {
    this.#pageIsDue = false;
    const before = this.#before;
    const first = events[0]?.seq ?? this.#position + 1;
    this.#from = first - 1;
    const isAnother = before !== null && before.epoch !== this.#epoch;
    const known = before !== null && !isAnother ? before.seq : 0;
    const isMissing = isAnother || (before !== null && first > known + 1);
    const released = events.map((event) => ({
      event,
      isNew: event.seq > known || !this.#hasBegun,
      isPast: !this.#hasBegun && (before === null || event.seq <= known),
    }));
    this.#hasBegun = true;
    // After a reset the page may hold more than there was at the time.
    this.#position = Math.max(this.#position, events.at(-1)?.seq ?? 0);
    this.#show(this.#position);
    const gap = this.#gap(isAnother ? null : known, first);
    return [...(isMissing ? [gap] : []), ...released, ...this.#drain()];
  }

  /** What had been shown before this chat began is still to be fetched. */
  get wantsPast(): Place | null {
    return this.#hasBegun || this.#pageIsDue ? null : this.#before;
  }

  /** The page before that place. What came after it follows. */
  past(events: readonly RoomEvent[]): Released[] {
    this.#hasBegun = true;
    const past = events.map((event) => ({
      event,
      isNew: true,
      isPast: true,
    }));
    return [...past, ...this.#drain()];
  }

  /** An event, from wherever; returned with what it lets through. */
  event(event: RoomEvent): Released[] {
    if (event.seq <= this.#position) return [];
    this.#highest = Math.max(this.#highest, event.seq);
    if (this.#aside.size < ASIDE_MAX || event.seq === this.#position + 1)
      this.#aside.set(event.seq, event);
    return this.#drain();
  }

  /** There is an event of that number, which is not known. */
  missed(seq: number): void {
    this.#highest = Math.max(this.#highest, seq);
  }

  /** After which to fetch, if there is a hole. */
  get hole(): number | null {
    if (this.#pageIsDue || this.wantsPast !== null) return null;
    const isBehind =
      this.#highest > this.#position ||
      (this.#isCut && this.#position < this.#target);
    return isBehind ? this.#position : null;
  }

  /** What was fetched for a hole. */
  fill(events: readonly RoomEvent[]): Following {
    const first = events[0]?.seq ?? Math.min(...this.#aside.keys());
    if (first === Number.POSITIVE_INFINITY) {
      // There is nothing behind what we have, whatever was announced.
      this.#highest = 0;
      this.#isCut = false;
      return [];
    }
    const gaps: Gap[] = [];
    if (first > this.#position + 1) {
      gaps.push(this.#gap(this.#position, first));
      this.#position = first - 1;
      this.#from = this.#position;
      this.#show(this.#position);
    }
    const released = events.flatMap((event) => this.event(event));
    return [...gaps, ...released, ...this.#drain()];
  }

  /** It has had everything that was there as the connection began. */
  get isCaughtUp(): boolean {
    const isWaiting = this.#pageIsDue || this.wantsPast !== null;
    return !isWaiting && this.#position >= this.#target;
  }

  /** Has it had everything since that place? */
  covers({ epoch, seq }: Place): boolean {
    return epoch === this.#epoch && seq >= this.#from;
  }

  #drain(): Released[] {
    const released: Released[] = [];
    if (this.#pageIsDue || this.wantsPast !== null) return released;
    for (;;) {
      const event = this.#aside.get(this.#position + 1);
      if (event === undefined) return released;
      this.#position = event.seq;
      this.#aside.delete(event.seq);
      const isNew = event.seq > (this.#shown?.seq ?? 0);
      released.push({ event, isNew, isPast: false });
      if (isNew) this.#show(event.seq);
    }
  }

  #show(seq: number): void {
    const isOn = this.#shown?.epoch === this.#epoch && this.#shown.seq >= seq;
    if (!isOn) this.#shown = { epoch: this.#epoch, seq };
  }

  #gap(after: number | null, before: number): Gap {
    return { type: "gap", epoch: this.#epoch, after, before };
  }
}
