// Token expiry: a room closes connections whose token has ended, at every event, and by an alarm while it is quiet.
import type { Connection } from "./connection.ts";

/** The part of a room that the expiry needs. */
export interface TokenExpiryRoom {
  /** All joined connections. */
  readonly joined: Iterable<Connection>;
  /** Closes a connection whose token has ended. */
  expire(connection: Connection, now: number): void;
}

export class TokenExpiry {
  readonly #room: TokenExpiryRoom;
  /** No token ends before this time, ms since 1970. */
  #next = Infinity;

  constructor(room: TokenExpiryRoom) {
    this.#room = room;
  }

  /** When the alarm is wanted, ms since 1970; Infinity: it is not. */
  get next(): number {
    return this.#next;
  }

  connectionJoined(connection: Connection): void {
    this.#next = Math.min(this.#next, expiryOf(connection));
  }

  /** Closes connections whose time is over. */
  due(now: number): void {
    if (this.#next <= now) this.#expire(now);
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
