// Retention sweep: goes through the log of a room for events that are too old although newer ones stand before them, since a clock was wrong.
import type { RoomEvent, RoomMessage } from "../../protocol/room-events.ts";
import { emptiedEdit } from "./erased-lines.ts";
import { isRest, restOf, timeOf } from "./expired-lines.ts";
import type { Log } from "./log.ts";

/** The lines of some rows that are too old. */
export interface Swept {
  /** The new lines, by seq. */
  readonly changes: ReadonlyMap<number, string>;
  /** Those of them that were messages. */
  readonly messages: readonly RoomMessage[];
  /** How many events they are, beside edits of them. */
  readonly count: number;
  /** The earliest time of the others, ms since 1970. */
  readonly lowestAt: number;
}

export class RetentionSweep {
  readonly #room: { readonly name: string; readonly log: Log };
  #next: number;

  constructor(room: { readonly name: string; readonly log: Log }) {
    this.#room = room;
    this.#next = room.log.oldest;
  }

  get isDone(): boolean {
    return this.#next > this.#room.log.head;
  }

  /**
   * Reads the next rows.
   *
   * @param cut events of this time and of before are too old, ms since 1970
   * @param max so many rows, up to the one that has reached so many events
   */
  step(
    cut: number,
    max: { readonly rows: number; readonly events: number },
  ): Swept {
    const { log, name } = this.#room;
    const changes = new Map<number, string>();
    const messages: RoomMessage[] = [];
    let [lowestAt, rows, count] = [Infinity, 0, 0];
    this.#next = Math.max(this.#next, log.oldest);
    const from = this.#next;
    const isFull = () => rows >= max.rows || this.#next - from >= max.events;
    while (!this.isDone && !isFull()) {
      const read = log.storedFrom(this.#next);
      if (read.length === 0) this.#next = log.head + 1;
      for (const { first, lines } of read) {
        rows++;
        for (const line of lines.slice(this.#next - first)) {
          const seq = this.#next++;
          if (isRest(line)) continue;
          const at = timeOf(line);
          if (!(at <= cut)) {
            lowestAt = Math.min(lowestAt, at);
            continue;
          }
          changes.set(seq, restOf(seq, name, line));
          count++;
          const event: RoomEvent = JSON.parse(line);
          if (event.type !== "message") continue;
          messages.push(event);
          const edit = emptiedEdit(log, event);
          if (edit !== null && !changes.has(edit.seq))
            changes.set(edit.seq, JSON.stringify(edit));
        }
      }
    }
    return { changes, messages, count, lowestAt };
  }
}
