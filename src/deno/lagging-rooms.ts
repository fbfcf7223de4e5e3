// Lagging rooms: at the start of a process, rooms and names are woken, a few at a time, that have events to deliver, are in no registry, or set no alarm to delete old events.

import { findUnlistedNames } from "../core/directory/name-listing.ts";
import { findMarkedRooms } from "../core/room/presence-mark.ts";
import { findUnregisteredRooms } from "../core/room/registration.ts";
import { findReportingRooms } from "../core/room/report-queue.ts";
import { findUnscheduledRooms } from "../core/room/retention-table.ts";
import type { Address, Sql } from "../core/shared/contract.ts";
import { reportEndpointNames } from "../core/shared/events/endpoints.ts";
import {
  findLaggingNames,
  findLaggingRooms,
} from "../core/shared/events/event-cursor.ts";

/** So many are woken at once. */
const BATCH = 50;
/** The pause before the next ones. */
const PAUSE_MS = 200;

/** The names of the present endpoints. */
export interface EndpointNames {
  readonly ofRooms: readonly string[];
  readonly ofNames: readonly string[];
}

/**
 * @param days the value of ROOM_DAYS
 * @param wake returns false once the process stops
 */
export function wakeLaggingRooms(
  sql: Sql,
  { ofRooms, ofNames }: EndpointNames,
  days: number,
  wake: (address: Address) => boolean,
): void {
  const lagging = ofRooms.length > 0 ? findLaggingRooms(sql, ofRooms) : [];
  // After a crash nobody is in these, and the endpoint does not know.
  const marked = ofRooms.length > 0 ? findMarkedRooms(sql, ofRooms) : [];
  const names = ofNames.length > 0 ? findLaggingNames(sql, ofNames) : [];
  const reporting =
    ofRooms.length > 0
      ? findReportingRooms(sql, reportEndpointNames(ofRooms))
      : [];
  const rooms = [
    ...new Set([
      ...lagging,
      ...marked,
      ...reporting,
      // An older release has made them.
      ...findUnregisteredRooms(sql),
      ...findUnscheduledRooms(sql, days),
    ]),
  ];
  const addresses: Address[] = [
    ...rooms.map((name) => ({ kind: "room", name }) as const),
    ...[...names, ...findUnlistedNames(sql)].map(
      (name) => ({ kind: "directory", name }) as const,
    ),
  ];
  // The app's hooks may need what is made after the chat.
  if (addresses.length > 0) setTimeout(() => wakeNext(addresses, wake));
}

function wakeNext(
  addresses: readonly Address[],
  wake: (address: Address) => boolean,
): void {
  if (!addresses.slice(0, BATCH).every(wake)) return;
  const others = addresses.slice(BATCH);
  if (others.length > 0) setTimeout(() => wakeNext(others, wake), PAUSE_MS);
}
