// Room time: the clock of a room's bans and mutes never goes back, also where the clock of the machine does.

export class RoomTime {
  readonly #newestAt: () => number;
  #latest: number | null = null;

  /** @param newestAt reads the time of the newest stored event, ms since 1970 */
  constructor(newestAt: () => number) {
    this.#newestAt = newestAt;
  }

  /**
   * The greatest of the clock, of all times that the room has seen since it
   * woke, and of the newest event's. So a clock that is set back prolongs
   * nothing that has ended, and lifts nothing.
   */
  at(now: number): number {
    this.#latest = Math.max(now, this.#latest ?? this.#newestAt());
    return this.#latest;
  }
}
