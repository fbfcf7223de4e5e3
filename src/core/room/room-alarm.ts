// Room alarm: a room has one durable alarm for all that must happen after a sleep or a crash, and sets it only to an earlier time.

export class RoomAlarm {
  readonly #set: (at: number) => void;
  /** When the current alarm goes off, ms since 1970. */
  #setAt = Infinity;

  /** @param set sets the durable alarm, ms since 1970; it costs a written row */
  constructor(set: (at: number) => void) {
    this.#set = set;
  }

  /** An alarm that is no later was set before a sleep. */
  restored(at: number): void {
    this.#setAt = Math.min(this.#setAt, at);
  }

  /** It goes off once. */
  fired(): void {
    this.#setAt = Infinity;
  }

  /** @param at when it is wanted, ms since 1970; Infinity: it is not */
  want(at: number, now: number): void {
    // One that is late is set again.
    if (this.#setAt <= now) this.#setAt = Infinity;
    if (at >= this.#setAt) return;
    this.#setAt = at;
    this.#set(at);
  }
}
