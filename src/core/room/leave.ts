// Going: leaving, being gone, being sent away; and what the others and the directory hear of it.
import type { CloseName } from "../../protocol/errors.ts";
import { EXPIRED } from "../shared/room-access.ts";
import type { Done, Evict, HolderRef } from "../shared/rpc.ts";
import {
  type Connection,
  isJoiningAs,
  type Member,
  memberOf,
} from "./connection.ts";
import type { RoomContext } from "./context.ts";

/** The connection is gone, as the network says. */
export function connectionClosed(
  context: RoomContext,
  connection: Connection,
  now: number,
): void {
  context.connections.delete(connection.conn);
  const member = memberOf(connection);
  if (member !== null)
    detachConnection(
      context,
      connection,
      member,
      context.settings.PRESENCE_GRACE_MS,
      now,
    );
}

/** Closes a joined connection; its user is gone at once if it was the last. */
export function disconnect(
  context: RoomContext,
  connection: Connection,
  as: CloseName,
  now: number,
): void {
  const member = memberOf(connection);
  if (member !== null) {
    if (!context.broadcastQueue.isEmpty) context.flush(now);
    detachConnection(context, connection, member, 0, now);
  }
  context.close(connection, as);
}

/**
 * Takes a connection from its member; the last one takes the member along.
 *
 * @param graceMs for which the member stays, so that a reload is no leave
 */
export function detachConnection(
  context: RoomContext,
  connection: Connection,
  member: Member,
  graceMs: number,
  now: number,
): void {
  context.joined.delete(connection);
  if (!context.presence.detach(member, connection)) return;
  if (graceMs > 0) context.presence.startGrace(member, now + graceMs);
  else removeMember(context, member, now);
}

/** Closes a connection whose token has ended. */
export function disconnectExpired(
  context: RoomContext,
  connection: Connection,
  now: number,
): void {
  const { code, message, reason } = EXPIRED;
  context.sendError(connection, code, { message, reason });
  disconnect(context, connection, "unauthorized", now);
}

/** The user has left the room: tells those here, and the directory. */
export function removeMember(
  context: RoomContext,
  member: Member,
  now: number,
): void {
  context.presence.remove(member);
  context.presenceBroadcaster.memberChanged("left", member, now);
  notifyLeave(context, member.key, member.identity, now);
}

/** Tells the directory, again if need be; it heals by itself in the end. */
export function notifyLeave(
  context: RoomContext,
  key: string,
  identity: string,
  now: number,
): void {
  if (presenceState(context, { key, identity }) !== "gone") return;
  // By another secret it may be the same person who is coming in: what they
  // enter by is newer than this leave.
  const arriving = oldestJoinVersion(context, key);
  const version = Math.min(context.nextVersion(now), arriving - 1);
  context.leaveNotifier.notify({ key, identity, version }, (newest, then) => {
    context.observeVersion(newest);
    if (oldestJoinVersion(context, key) === Infinity)
      notifyLeave(context, key, identity, then);
  });
}

/** Version of the oldest enter under that key which is not answered. */
function oldestJoinVersion({ joining }: RoomContext, key: string): number {
  let oldest = Infinity;
  for (const { state } of joining)
    if (state.kind === "joining" && state.key === key)
      oldest = Math.min(oldest, state.version);
  return oldest;
}

/** What a challenge finds. */
export function presenceState(
  context: RoomContext,
  whom: HolderRef,
): "live" | "joining" | "gone" {
  const { key, identity } = whom;
  if (context.presence.find(key, identity) !== undefined) return "live";
  for (const { state } of context.joining)
    if (isJoiningAs(state, whom)) return "joining";
  return "gone";
}

/** The directory gave the name to somebody of higher rank. */
export function evict(context: RoomContext, op: Evict, now: number): Done {
  const { key, identity, version } = op;
  for (const { state } of context.joining)
    if (isJoiningAs(state, op) && state.version <= version)
      state.isEvicted = true;
  const member = context.presence.find(key, identity);
  if (member !== undefined && member.version <= version)
    revokeName(context, member, now);
  return { type: "done" };
}

/** Whoever had the name here has it no more. */
export function revokeName(
  context: RoomContext,
  member: Member,
  now: number,
): void {
  for (const old of [...member.connections])
    disconnect(context, old, "reclaimed", now);
  if (context.presence.get(member.key) === member)
    removeMember(context, member, now);
}
