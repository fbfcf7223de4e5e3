// Telling the directory that somebody left, and again where it did not hear.
import type { Floor } from "./floor.ts";

export interface Departure {
  readonly key: string;
  readonly identity: string;
  readonly version: number;
}

/** After that many tries the directory finds out by its own challenges. */
const TRIES = 5;
const RETRY_MS = 2000;

export class Departures {
  readonly #floor: Floor;
  #again: { departure: Departure; tries: number; at: number }[] = [];

  constructor(floor: Floor) {
    this.#floor = floor;
  }

  tell(departure: Departure, tries = 1): void {
    const { key, identity, version } = departure;
    this.#floor.calls.add(
      { kind: "directory", name: key },
      { type: "leave", identity, room: this.#floor.name, version },
      (reply, then) => {
        if (reply === null && tries < TRIES)
          this.#again.push({ departure, tries, at: then + RETRY_MS });
      },
    );
  }

  /** When the next one is to be told again, ms since 1970. */
  get dueAt(): number | null {
    if (this.#again.length === 0) return null;
    return Math.min(...this.#again.map(({ at }) => at));
  }

  due(now: number): void {
    const due = this.#again.filter(({ at }) => at <= now);
    if (due.length === 0) return;
    this.#again = this.#again.filter(({ at }) => at > now);
    for (const { departure, tries } of due) this.tell(departure, tries + 1);
  }
}
