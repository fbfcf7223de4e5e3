// Connection replacement: a new connection takes the place of the same device's, or of the most silent one of a user.
import type { Connection, Member } from "./connection.ts";
import type { RoomContext } from "./context.ts";

/** Replaces the same device's older connection, and the most silent if full. */
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
    const heard = (connection: Connection) =>
      Math.max(
        connection.lastFrameAt,
        context.platform.lastPingAt(connection.conn) ?? 0,
      );
    const [silent] = [...member.connections].sort(
      (a, b) => heard(a) - heard(b),
    );
    if (silent === undefined) return;
    replaceConnection(context, member, silent, now);
  }
}

/** The member stays: the newcomer takes the place at once. */
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
