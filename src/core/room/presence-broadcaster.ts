// Telling a room who comes and goes: one by one while it is small, as a count when it is a crowd.
import * as LIMITS from "../../protocol/limits.ts";
import { isDue } from "../shared/deadline.ts";
import type { RoomContext } from "./context.ts";
import type { Member } from "./presence.ts";

/** Between two counts, in ms. */
const COUNT_MS = 1000;

export class PresenceBroadcaster {
  readonly #context: RoomContext;
  #countedAt = 0;
  /** When the next count is due, ms since 1970. */
  dueAt: number | null = null;

  constructor(context: RoomContext) {
    this.#context = context;
  }

  /** A member has come or gone. Their own connections know already. */
  memberChanged(type: "joined" | "left", member: Member, now: number): void {
    const { user, username, connections } = member;
    if (this.#context.presence.count > LIMITS.announcedMembersMax)
      this.dueAt ??= Math.max(now, this.#countedAt + COUNT_MS);
    else
      this.#context.broadcast(
        { type, user, username, at: now },
        new Set(connections),
      );
  }

  due(now: number): void {
    if (!isDue(this.dueAt, now, COUNT_MS)) return;
    this.dueAt = null;
    this.#countedAt = now;
    const { count } = this.#context.presence;
    this.#context.broadcast({ type: "count", count }, new Set());
  }
}
