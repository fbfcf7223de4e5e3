// Room closing: the operator closes a room, which ends all connections and lets nobody in until it is opened again.
import { toRefused } from "../shared/refusal.ts";
import { NO_ROOM } from "../shared/room-access.ts";
import type { CloseRoom } from "../shared/room-admin-requests.ts";
import type { Reply } from "../shared/rpc.ts";
import { memberOf } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import { removeMember } from "./leave.ts";

/** @returns `done`, also if it was so before; a refusal: there is no such room */
export function closeRoom(
  context: RoomContext,
  { isClosed }: CloseRoom,
  now: number,
): Reply {
  const { log, moderation, effects } = context;
  if (log.epoch === null) return toRefused(NO_ROOM);
  if (moderation.policy.isClosed !== isClosed) {
    moderation.policy.change({ isClosed });
    effects.logs.push({ event: isClosed ? "room closed" : "room opened" });
  }
  if (isClosed) closeAll(context, now);
  return { type: "done" };
}

/** Closes all connections with `roomClosed`. What waits is stored and sent before. */
export function closeAll(context: RoomContext, now: number): void {
  context.flush(now);
  const { connections, joined, presence } = context;
  // All at once: nobody is left who would be told of the others.
  for (const connection of [...connections.values()]) {
    const member = memberOf(connection);
    joined.delete(connection);
    if (member !== null) presence.detach(member, connection);
    context.close(connection, "roomClosed");
  }
  for (const member of presence.all()) removeMember(context, member, now);
}
