// Telling a room who comes and goes: one by one while it is small, as a count when it is a crowd.
import * as LIMITS from "../protocol/limits.ts";
import { isDue } from "./due.ts";
import type { Floor } from "./floor.ts";
import type { Member } from "./presence.ts";

/** Between two counts, in ms. */
const COUNT_MS = 1000;

export class Crowd {
  readonly #floor: Floor;
  #countedAt = 0;
  /** When the next count is due, ms since 1970. */
  dueAt: number | null = null;

  constructor(floor: Floor) {
    this.#floor = floor;
  }

  /** A member has come or gone. Their own connections know already. */
  changed(type: "joined" | "left", member: Member, now: number): void {
    const { user, username, links } = member;
    if (this.#floor.presence.count > LIMITS.announced)
      this.dueAt ??= Math.max(now, this.#countedAt + COUNT_MS);
    else
      this.#floor.announce({ type, user, username, at: now }, new Set(links));
  }

  due(now: number): void {
    if (!isDue(this.dueAt, now, COUNT_MS)) return;
    this.dueAt = null;
    this.#countedAt = now;
    const { count } = this.#floor.presence;
    this.#floor.announce({ type: "count", count }, new Set());
  }
}
