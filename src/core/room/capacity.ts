// Capacity: a room limits its connections, and a guarded room also those that have not joined.
import * as LIMITS from "../../protocol/limits.ts";
import type { Connection } from "./connection.ts";
import type { RoomContext } from "./context.ts";

/**
 * Checks that the room has a place for a new connection.
 *
 * @returns false if the connection was refused and closed
 */
export function admitConnection(
  context: RoomContext,
  connection: Connection,
): boolean {
  if (!context.isGuarded)
    return refuseAbove(context, connection, context.connections.size);
  // `room_full` would tell that the room exists: only users who may join get it.
  // Unjoined connections take no place, and only so many are kept.
  dropOldestUnjoined(context, connection);
  return true;
}

/**
 * Checks that a guarded room has a place for a user who may join.
 *
 * @returns false if the connection was refused and closed
 */
export function admitJoin(
  context: RoomContext,
  connection: Connection,
): boolean {
  if (!context.isGuarded) return true;
  return refuseAbove(context, connection, placesTaken(context) + 1);
}

/** Outsiders who wait for the directory take no place. */
function placesTaken({ joined, joining }: RoomContext): number {
  const others = [...joining].filter((connection) => !isOutsider(connection));
  return joined.size + others.length;
}

function isOutsider({ state }: Connection): boolean {
  return state.kind === "joining" && state.isOutsider;
}

function refuseAbove(
  context: RoomContext,
  connection: Connection,
  connections: number,
): boolean {
  if (connections <= context.settings.ROOM_CONNECTIONS) return true;
  // A place may become free: after this close, unlike other refusals, clients retry.
  context.sendError(connection, "room_full");
  context.close(connection, "goingAway");
  return false;
}

/** Closes the oldest ones: a user who may join does so as soon as it is connected. */
function dropOldestUnjoined(context: RoomContext, newest: Connection): void {
  const { connections } = context;
  let over =
    connections.size - placesTaken(context) - LIMITS.unjoinedConnectionsMax;
  for (const connection of connections.values()) {
    if (over <= 0) return;
    const mayClose = connection.state.kind === "new" || isOutsider(connection);
    if (connection === newest || !mayClose) continue;
    context.close(connection, "goingAway");
    over--;
  }
}
