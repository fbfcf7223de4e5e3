// Capacity: how many connections a room takes, and how many of a private room may wait without having joined.
import * as LIMITS from "../../protocol/limits.ts";
import type { Connection } from "./connection.ts";
import type { RoomContext } from "./context.ts";

/**
 * Makes sure that a new connection fits, before anything is known of it.
 *
 * @returns false if it was refused
 */
export function admitConnection(
  context: RoomContext,
  connection: Connection,
): boolean {
  if (!context.isPrivate)
    return refuseAbove(context, connection, context.connections.size);
  // "The room is full" would tell that there is one: this is said only to
  // those who may join. Strangers take no place, and wait in small number.
  dropOldestUnjoined(context, connection);
  return true;
}

/** Likewise for a join to a private room, by somebody who may come in. */
export function admitJoin(
  context: RoomContext,
  connection: Connection,
): boolean {
  if (!context.isPrivate) return true;
  return refuseAbove(
    context,
    connection,
    context.joined.size + context.joining.size + 1,
  );
}

function refuseAbove(
  context: RoomContext,
  connection: Connection,
  connections: number,
): boolean {
  if (connections <= context.settings.ROOM_CONNECTIONS) return true;
  // There may be room later: the one refusal after which to come back.
  context.sendError(connection, "room_full");
  context.close(connection, "goingAway");
  return false;
}

/** The oldest: those who may come in join as soon as they are connected. */
function dropOldestUnjoined(context: RoomContext, newest: Connection): void {
  const { connections, joined, joining } = context;
  let over =
    connections.size -
    joined.size -
    joining.size -
    LIMITS.unjoinedConnectionsMax;
  for (const connection of connections.values()) {
    if (over <= 0) return;
    if (connection === newest || connection.state.kind !== "new") continue;
    context.close(connection, "goingAway");
    over--;
  }
}
