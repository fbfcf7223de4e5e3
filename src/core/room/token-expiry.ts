// Token expiry: a room closes connections whose token has ended, at every event, and by an alarm while it is quiet.
import type { Connection } from "./connection.ts";

/** The part of a room that the expiry needs. */
export interface TokenExpiryRoom {
  /** All joined connections. */
  readonly joined: Iterable<Connection>;
  /** Closes a connection whose token has ended. */
  expire(connection: Connection, now: number): void;
  /** Sets the durable alarm, ms since 1970. */
  setAlarm(at: number): void;
}

export class TokenExpiry {
  readonly #room: TokenExpiryRoom;
  /** No token ends before this time, ms since 1970. */
  #next = Infinity;
  /** When the current alarm goes off, ms since 1970. */
  #alarmAt = Infinity;

  constructor(room: TokenExpiryRoom) {
    this.#room = room;
  }

  connectionJoined(connection: Connection): void {
    this.#next = Math.min(this.#next, expiryOf(connection));
  }

  /** The connection joined before a sleep, and its alarm was set then. */
  connectionRestored(connection: Connection): void {
    this.connectionJoined(connection);
    this.#alarmAt = this.#next;
  }

  /** Closes connections whose time is over, and sets the alarm for the next. */
  due(now: number): void {
    if (this.#next <= now) this.#expire(now);
    // An alarm goes off once; one that is late is set again.
    if (this.#alarmAt <= now) this.#alarmAt = Infinity;
    if (this.#next >= this.#alarmAt) return;
    this.#alarmAt = this.#next;
    this.#room.setAlarm(this.#next);
  }

  #expire(now: number): void {
    this.#next = Infinity;
    for (const connection of [...this.#room.joined])
      if (expiryOf(connection) > now) this.connectionJoined(connection);
      else this.#room.expire(connection, now);
  }
}

function expiryOf({ state }: Connection): number {
  return state.kind === "joined" ? (state.expires ?? Infinity) : Infinity;
}
