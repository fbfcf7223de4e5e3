// A connection as a room sees it, for tests of the parts that it passes through.
import type { Connection } from "../../../src/core/room/connection.ts";

export function blankConnection(own: Partial<Connection> = {}): Connection {
  return {
    conn: {},
    id: "link",
    text: false,
    batch: false,
    bearer: null,
    refusedJoins: 0,
    lastFrameAt: 0,
    privatesInFlight: 0,
    strikes: 0,
    joins: null,
    unmetered: null,
    state: { kind: "new" },
    ...own,
  };
}
