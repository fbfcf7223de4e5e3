// Recent events: a room keeps the newest stored events in memory until they are delivered, since to read the log in the event that writes it is dear.

/** So many events and characters are kept at most. */
const EVENTS_MAX = 256;
const LENGTH_MAX = 128 * 1024;

/** Whatever rewrites a line of the log clears them. */
export class RecentEvents {
  #epoch = "";
  #first = 1;
  #lines: string[] = [];
  #length = 0;

  /** @param first the seq of the first line */
  add(epoch: string, first: number, lines: readonly string[]): void {
    const isNext = first === this.#first + this.#lines.length;
    if (epoch !== this.#epoch || !isNext) {
      this.clear();
      [this.#epoch, this.#first] = [epoch, first];
    }
    for (const line of lines) {
      this.#lines.push(line);
      this.#length += line.length;
    }
    let dropped = 0;
    while (
      this.#lines.length - dropped > EVENTS_MAX ||
      this.#length > LENGTH_MAX
    )
      this.#length -= this.#lines[dropped++]?.length ?? 0;
    if (dropped > 0) this.#lines.splice(0, dropped);
    this.#first += dropped;
  }

  clear(): void {
    this.#first += this.#lines.length;
    this.#lines = [];
    this.#length = 0;
  }

  /** @returns all events after this one, or null if some are not kept */
  after(epoch: string, seq: number): readonly string[] | null {
    const skipped = seq + 1 - this.#first;
    const isKept = skipped >= 0 && skipped < this.#lines.length;
    if (epoch !== this.#epoch || !isKept) return null;
    return this.#lines.slice(skipped);
  }

  /** @returns the events after this one that are kept */
  keptAfter(epoch: string, seq: number): readonly string[] {
    if (epoch !== this.#epoch) return [];
    return this.#lines.slice(Math.max(0, seq + 1 - this.#first));
  }
}
