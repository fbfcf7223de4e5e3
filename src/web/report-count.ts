// Report count: knows how many reports of a room are open, for the moderators of it.
import { type Signal, signal } from "@preact/signals";
import type { RoomState } from "./room-state.ts";

const counts = new WeakMap<RoomState, Signal<number>>();

/** The number of open reports, as far as it is known. */
export function openReports(room: RoomState): Signal<number> {
  const known = counts.get(room);
  if (known !== undefined) return known;
  const count = signal(0);
  counts.set(room, count);
  room.room.on("reported", () => count.value++);
  room.room.on("report_closed", () => {
    count.value = Math.max(0, count.peek() - 1);
  });
  return count;
}

/** Asks the server again, after a connection has begun or a role has changed. */
export async function refreshOpenReports(room: RoomState): Promise<void> {
  const count = openReports(room);
  const { state, role } = room.snapshot.peek();
  if (role === null) count.value = 0;
  if (role === null || state !== "connected") return;
  try {
    const { open } = await room.room.reports({ open: true, limit: 1 });
    count.value = open;
  } catch {
    // The connection is lost, or the server is older than reports.
  }
}
