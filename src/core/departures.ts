// Telling the directory that somebody left, and again where it did not hear.
import { isDue } from "./due.ts";
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
  #again: { again: () => void; at: number }[] = [];

  constructor(floor: Floor) {
    this.#floor = floor;
  }

  /** @param outdated the directory has heard of a version above this one */
  tell(
    departure: Departure,
    outdated: (newest: number, now: number) => void,
    tries = 1,
  ): void {
    const { key, identity, version } = departure;
    this.#floor.calls.add(
      { kind: "directory", name: key },
      { type: "leave", identity, room: this.#floor.name, version },
      (reply, then) => {
        if (reply === null && tries < TRIES)
          this.#again.push({
            again: () => this.tell(departure, outdated, tries + 1),
            at: then + RETRY_MS,
          });
        else if (reply?.type === "done" && reply.newest !== undefined)
          outdated(reply.newest, then);
      },
    );
  }

  /** When the next one is to be told again, ms since 1970. */
  get dueAt(): number | null {
    if (this.#again.length === 0) return null;
    return Math.min(...this.#again.map(({ at }) => at));
  }

  due(now: number): void {
    const due = this.#again.filter(({ at }) => isDue(at, now, RETRY_MS));
    if (due.length === 0) return;
    this.#again = this.#again.filter((one) => !due.includes(one));
    for (const { again } of due) again();
  }
}
