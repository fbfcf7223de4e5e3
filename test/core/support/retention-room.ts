// Retention room: a test has a lobby whose events go after two days, with alice and bob in it.
import type { Settings } from "../../../src/protocol/settings.ts";
import type { Peer } from "./peer.ts";
import { joinAll } from "./people.ts";
import { storedEvents } from "./secret-text.ts";
import { World } from "./world.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const OLD = "a word of old";

export function started(settings: Partial<Settings> = {}) {
  const world = new World({ RATE_PER_SECOND: 0, ROOM_DAYS: 2, ...settings });
  const lobby = world.room("lobby");
  return { world, lobby, ...joinAll(world, "lobby", "alice", "bob") };
}

/** Everything that the room stores, as text. */
export function stored(world: World): string {
  return JSON.stringify(world.room("lobby").database.tables);
}

export function seqsOf(world: World): number[] {
  return storedEvents(world, "lobby").map(({ seq }) => seq);
}

export function page(peer: Peer, more: Record<string, unknown> = {}) {
  peer.send({ type: "history", ...more });
  return peer.last("history");
}

/** The stored states of the first two messages. */
export function statesOf(world: World): unknown[] {
  const { message_state: rows = [] } = world.room("lobby").database.tables;
  return rows.filter((row) => (row as { seq: number }).seq < 3);
}
