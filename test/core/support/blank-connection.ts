// Blank connection: a test gets a connection in the state `new`, for the parts of a room that take one.
import type { Connection } from "../../../src/core/room/connection.ts";

export function blankConnection(own: Partial<Connection> = {}): Connection {
  return {
    conn: {},
    id: "connection",
    text: false,
    batch: false,
    bearer: null,
    refusedJoins: 0,
    lastFrameAt: 0,
    privatesInFlight: 0,
    strikes: 0,
    joins: null,
    unmetered: null,
    waiting: null,
    eventCursors: null,
    network: null,
    state: { kind: "new" },
    ...own,
  };
}
