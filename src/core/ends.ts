// When connections end that came by a token with an end: found at every event, and by the alarm in a quiet room.
import { EXPIRED } from "./door.ts";
import { dismiss } from "./exit.ts";
import type { Floor } from "./floor.ts";
import type { Link } from "./link.ts";

export class Ends {
  readonly #floor: Floor;
  /** None ends before, ms since 1970. */
  #next = Infinity;
  /** The alarm is set to go off by then. */
  #alarmAt = Infinity;

  constructor(floor: Floor) {
    this.#floor = floor;
  }

  /** A connection is in. */
  joined(link: Link): void {
    this.#next = Math.min(this.#next, endOf(link));
  }

  /** Likewise after a sleep, before which its alarm was set. */
  woken(link: Link): void {
    this.joined(link);
    this.#alarmAt = this.#next;
  }

  /** Closes those whose time is over, and sets the alarm for the next. */
  due(now: number): void {
    if (this.#next <= now) this.#close(now);
    // One that has gone off is no more; one that is late is set anew.
    if (this.#alarmAt <= now) this.#alarmAt = Infinity;
    if (this.#next >= this.#alarmAt) return;
    this.#alarmAt = this.#next;
    this.#floor.effects.alarm = this.#next;
  }

  #close(now: number): void {
    const floor = this.#floor;
    this.#next = Infinity;
    for (const link of [...floor.audience]) {
      if (endOf(link) > now) {
        this.joined(link);
        continue;
      }
      const { code, message, reason } = EXPIRED;
      floor.fail(link, code, { message, reason });
      dismiss(floor, link, "unauthorized", now);
    }
  }
}

function endOf({ phase }: Link): number {
  return phase.state === "joined" ? (phase.expires ?? Infinity) : Infinity;
}
