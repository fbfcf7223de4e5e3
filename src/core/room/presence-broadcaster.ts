// Presence broadcaster: a room announces joins and leaves by name while it is small, and by a count when it is large.

import type { ServerFrame } from "../../protocol/client-frames.ts";
import * as LIMITS from "../../protocol/limits.ts";
import type { Role } from "../../protocol/roles.ts";
import type { Schedule, ScheduleEntry } from "../shared/schedule.ts";
import type { Connection, Member } from "./connection.ts";
import { dataField, detailsOf } from "./member-details.ts";

/** Time between two counts, in ms. */
const COUNT_MS = 1000;

/** The part of a room that the broadcaster needs. */
export interface PresenceBroadcasterRoom {
  readonly presence: { readonly count: number };
  readonly schedule: Schedule;
  roleOf(member: Member): Role | null;
  broadcast(
    message: ServerFrame,
    except: ReadonlySet<Connection>,
    mayWait?: boolean,
  ): void;
}

export class PresenceBroadcaster {
  readonly #room: PresenceBroadcasterRoom;
  readonly #nextCount: ScheduleEntry;
  #countedAt = 0;

  constructor(room: PresenceBroadcasterRoom) {
    this.#room = room;
    this.#nextCount = room.schedule.add({
      ...{ name: "member count", clock: "timer", delayMaxMs: COUNT_MS },
      run: (now) => this.#count(now),
    });
  }

  /** Announces a join or leave, but not to the member's own connections. */
  memberChanged(type: "joined" | "left", member: Member, now: number): void {
    const { user, username, data, connections } = member;
    if (this.#room.presence.count > LIMITS.announcedMembersMax)
      this.#nextCount.dueAt ??= Math.max(now, this.#countedAt + COUNT_MS);
    else {
      const role = this.#room.roleOf(member);
      this.#room.broadcast(
        {
          ...{ type, user, username },
          ...(type === "joined" && dataField(data)),
          ...(type === "joined" && role !== null && { role }),
          at: now,
        },
        new Set(connections),
        true,
      );
    }
  }

  /**
   * Announces the data of a member who stays, also to the member's other
   * connections.
   *
   * @param via the connection that brought it
   */
  dataChanged(member: Member, via: Connection, now: number): void {
    if (this.#room.presence.count > LIMITS.announcedMembersMax) return;
    this.#room.broadcast(
      {
        type: "updated",
        ...detailsOf(member, this.#room.roleOf(member)),
        at: now,
      },
      new Set([via]),
    );
  }

  /** Broadcasts the count if it is due. */
  #count(now: number): void {
    this.#nextCount.dueAt = null;
    this.#countedAt = now;
    const { count } = this.#room.presence;
    this.#room.broadcast({ type: "count", count }, new Set());
  }
}
