// Leave: a member leaves by command, after a lost connection, or when the room closes it; the directory is told.
import type { CloseName } from "../../protocol/errors.ts";
import { EXPIRED } from "../shared/room-access.ts";
import type { Evict, HolderRef } from "../shared/room-requests.ts";
import type { Done } from "../shared/rpc.ts";
import {
  type Connection,
  isJoiningAs,
  type Member,
  memberOf,
} from "./connection.ts";
import type { RoomContext } from "./context.ts";
import { hookUser } from "./hook-user.ts";
import type { LeaveMarks } from "./leave-notifier.ts";
import { roleOfMember } from "./permission.ts";

/** Handles a closed connection: its member stays for the grace. */
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

/** Closes a connection. After the last one its member leaves at once, without grace. */
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
 * Removes a connection from its member, who leaves after the last one.
 *
 * @param graceMs how long the member stays then, so that a reload is not a leave
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
  if (graceMs > 0) context.grace.start(member, now + graceMs);
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

/** Removes a member, and tells the other members and the directory. */
export function removeMember(
  context: RoomContext,
  member: Member,
  now: number,
): void {
  context.presence.remove(member);
  context.presenceBroadcaster.memberChanged("left", member, now);
  context.events?.memberChanged(member.key);
  if (context.hooks?.hearsLeaves) tellApp(context, member);
  const marks = context.readState.take(member);
  notifyLeave(context, member.key, member.identity, now, marks);
}

function tellApp(context: RoomContext, member: Member): void {
  const user = hookUser(
    member,
    member.accountKind,
    roleOfMember(context, member),
    member.data,
  );
  context.calls.add(
    { kind: "app", name: "leaves" },
    { type: "user-left", room: context.name, user },
    () => undefined,
  );
}

/** Tells the directory of a leave, unless the identity is present or joins again. */
export function notifyLeave(
  context: RoomContext,
  key: string,
  identity: string,
  now: number,
  marks: LeaveMarks = {},
): void {
  if (presenceState(context, { key, identity }) !== "gone") {
    tellMarks(context, key, identity, marks);
    return;
  }
  // The same user may be joining by another secret: the version of that enter
  // must be above the version of this leave.
  const arriving = oldestJoinVersion(context, key);
  const version = Math.min(context.nextVersion(now), arriving - 1);
  context.leaveNotifier.notify(
    { key, identity, version, marks },
    (newest, then) => {
      context.observeVersion(newest);
      if (oldestJoinVersion(context, key) === Infinity)
        notifyLeave(context, key, identity, then, marks);
    },
  );
}

/** The user stays by another connection, whose join has no answer yet. */
function tellMarks(
  context: RoomContext,
  key: string,
  identity: string,
  { epoch, ...marks }: LeaveMarks,
): void {
  if (epoch === undefined) return;
  const room = context.name;
  context.calls.add(
    { kind: "directory", name: key },
    { type: "mark-read", identity, epoch, room, ...marks },
    () => undefined,
  );
}

/** @returns the version of the key's oldest unanswered enter; Infinity: none waits */
function oldestJoinVersion({ joining }: RoomContext, key: string): number {
  let oldest = Infinity;
  for (const { state } of joining)
    if (state.kind === "joining" && state.key === key)
      oldest = Math.min(oldest, state.version);
  return oldest;
}

/** @returns whether the holder of a name is in the room, joining, or neither */
export function presenceState(
  context: RoomContext,
  holder: HolderRef,
): "live" | "joining" | "gone" {
  const { key, identity } = holder;
  if (context.presence.find(key, identity) !== undefined) return "live";
  for (const { state } of context.joining)
    if (isJoiningAs(state, holder)) return "joining";
  return "gone";
}

/** Closes the member who has lost the name, in the directory's words. */
export function evict(context: RoomContext, op: Evict, now: number): Done {
  const { key, identity, version } = op;
  for (const { state } of context.joining)
    if (isJoiningAs(state, op) && state.version <= version)
      state.isEvicted = true;
  const member = context.presence.find(key, identity);
  if (member !== undefined && member.version <= version)
    revokeName(context, member, op.as ?? "reclaimed", now);
  return { type: "done" };
}

/** Closes all connections of a member who has lost the name, or must go. */
export function revokeName(
  context: RoomContext,
  member: Member,
  as: CloseName,
  now: number,
): void {
  for (const old of [...member.connections]) disconnect(context, old, as, now);
  if (context.presence.get(member.key) === member)
    removeMember(context, member, now);
}
