// Presence broadcaster: a room announces joins and leaves by name while it is small, and by a count when it is large.

import type { ServerFrame } from "../../protocol/client-frames.ts";
import * as LIMITS from "../../protocol/limits.ts";
import { isDue } from "../shared/deadline.ts";
import type { Connection, Member } from "./connection.ts";

/** Time between two counts, in ms. */
const COUNT_MS = 1000;

/** The part of a room that the broadcaster needs. */
export interface PresenceBroadcasterRoom {
  readonly presence: { readonly count: number };
  broadcast(message: ServerFrame, except: ReadonlySet<Connection>): void;
}

export class PresenceBroadcaster {
  readonly #room: PresenceBroadcasterRoom;
  #countedAt = 0;
  /** When the next count is due, ms since 1970. */
  dueAt: number | null = null;

  constructor(room: PresenceBroadcasterRoom) {
    this.#room = room;
  }

  /** Announces a join or leave, but not to the member's own connections. */
  memberChanged(type: "joined" | "left", member: Member, now: number): void {
    const { user, username, connections } = member;
    if (this.#room.presence.count > LIMITS.announcedMembersMax)
      this.dueAt ??= Math.max(now, this.#countedAt + COUNT_MS);
    else
      this.#room.broadcast(
        { type, user, username, at: now },
        new Set(connections),
      );
  }

  /** Broadcasts the count if it is due. */
  due(now: number): void {
    if (!isDue(this.dueAt, now, COUNT_MS)) return;
    this.dueAt = null;
    this.#countedAt = now;
    const { count } = this.#room.presence;
    this.#room.broadcast({ type: "count", count }, new Set());
  }
}
