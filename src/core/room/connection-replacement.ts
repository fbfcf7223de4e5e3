// Connection replacement: a new connection closes the older one of its device, and the least active one of a user at the limit.
import type { Connection, Member } from "./connection.ts";
import type { RoomContext } from "./context.ts";

/**
 * Closes a member's older connection of the same device. While the member has
 * `USER_CONNECTIONS` or more, also closes the least active one.
 */
export function replaceConnections(
  context: RoomContext,
  member: Member,
  device: string | null,
  now: number,
): void {
  for (const old of [...member.connections])
    if (
      device !== null &&
      old.state.kind === "joined" &&
      old.state.device === device
    )
      replaceConnection(context, member, old, now);
  while (member.connections.size >= context.settings.USER_CONNECTIONS) {
    const activeAt = (connection: Connection) =>
      Math.max(
        connection.lastFrameAt,
        context.platform.lastPingAt(connection.conn) ?? 0,
      );
    const [leastActive] = [...member.connections].sort(
      (a, b) => activeAt(a) - activeAt(b),
    );
    if (leastActive === undefined) return;
    replaceConnection(context, member, leastActive, now);
  }
}

/** Closes one connection. The member stays: the new connection joins at once. */
function replaceConnection(
  context: RoomContext,
  member: Member,
  old: Connection,
  now: number,
): void {
  if (!context.broadcastQueue.isEmpty) context.flush(now);
  context.presence.detach(member, old);
  context.joined.delete(old);
  context.close(old, "replaced");
}
