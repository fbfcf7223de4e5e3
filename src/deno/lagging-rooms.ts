// Lagging rooms: at the start of a process, rooms with events that an endpoint may not have got are woken, a few at a time.
import { findLaggingRooms } from "../core/room/event-cursor.ts";
import type { Sql } from "../core/shared/contract.ts";

/** So many rooms are woken at once. */
const BATCH = 50;
/** The pause before the next ones. */
const PAUSE_MS = 200;

/**
 * @param endpoints the names of the present ones
 * @param wake returns false once the process stops
 */
export function wakeLaggingRooms(
  sql: Sql,
  endpoints: readonly string[],
  wake: (room: string) => boolean,
): void {
  if (endpoints.length === 0) return;
  const names = findLaggingRooms(sql, endpoints);
  // The app's hooks may need what is made after the chat.
  if (names.length > 0) setTimeout(() => wakeNext(names, wake));
}

function wakeNext(
  names: readonly string[],
  wake: (room: string) => boolean,
): void {
  if (!names.slice(0, BATCH).every(wake)) return;
  const others = names.slice(BATCH);
  if (others.length > 0) setTimeout(() => wakeNext(others, wake), PAUSE_MS);
}
