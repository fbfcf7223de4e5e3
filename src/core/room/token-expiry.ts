// When connections end that came by a token with an end: found at every event, and by the alarm in a quiet room.
import { EXPIRED } from "../shared/room-access.ts";
import type { Connection } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import { disconnect } from "./leave.ts";

export class TokenExpiry {
  readonly #context: RoomContext;
  /** None ends before, ms since 1970. */
  #next = Infinity;
  /** The alarm is set to go off by then. */
  #alarmAt = Infinity;

  constructor(context: RoomContext) {
    this.#context = context;
  }

  /** A connection is in. */
  connectionJoined(connection: Connection): void {
    this.#next = Math.min(this.#next, expiryOf(connection));
  }

  /** Likewise after a sleep, before which its alarm was set. */
  connectionRestored(connection: Connection): void {
    this.connectionJoined(connection);
    this.#alarmAt = this.#next;
  }

  /** Closes those whose time is over, and sets the alarm for the next. */
  due(now: number): void {
    if (this.#next <= now) this.#close(now);
    // One that has gone off is no more; one that is late is set anew.
    if (this.#alarmAt <= now) this.#alarmAt = Infinity;
    if (this.#next >= this.#alarmAt) return;
    this.#alarmAt = this.#next;
    this.#context.effects.alarm = this.#next;
  }

  #close(now: number): void {
    const context = this.#context;
    this.#next = Infinity;
    for (const connection of [...context.joined]) {
      if (expiryOf(connection) > now) {
        this.connectionJoined(connection);
        continue;
      }
      const { code, message, reason } = EXPIRED;
      context.sendError(connection, code, { message, reason });
      disconnect(context, connection, "unauthorized", now);
    }
  }
}

function expiryOf({ state }: Connection): number {
  return state.kind === "joined" ? (state.expires ?? Infinity) : Infinity;
}
