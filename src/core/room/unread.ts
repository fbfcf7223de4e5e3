// Unread: a room tells the directory of a user how much that user has not read, if the user may enter now.
import { publicId } from "../shared/identity.ts";
import { toRefused } from "../shared/refusal.ts";
import { NO_ROOM } from "../shared/room-access.ts";
import type { ReadUnread } from "../shared/room-requests.ts";
import type { Reply } from "../shared/rpc.ts";
import type { RoomContext } from "./context.ts";
import { type Entrant, entryRefusal } from "./entry-permission.ts";
import { banRefusal, roleByStanding } from "./permission.ts";
import { countUnread } from "./unread-count.ts";

export function readUnread(
  context: RoomContext,
  op: ReadUnread,
  now: number,
): Reply {
  const { log } = context;
  const {
    key,
    identity,
    accountKind,
    passUntil = 0,
    hasOldSecret = false,
  } = op;
  const user = publicId(identity);
  if (log.epoch === null) return toRefused(NO_ROOM);
  const member = context.presence.find(key, identity);
  // A member would be out already who may not be in.
  if (member === undefined || hasOldSecret) {
    const entrant: Entrant = {
      ...{ user, key, accountKind, hasOldSecret, grants: [] },
      namesRoom: passUntil > now,
    };
    const actor = { user, role: () => roleByStanding(context, entrant) };
    const refusal =
      entryRefusal(context, entrant) ?? banRefusal(context, actor, now);
    if (refusal !== null) return toRefused(refusal);
  }
  const { epoch, seq = 0 } = op.read ?? {};
  if (member !== undefined && op.isMarked && epoch === log.epoch)
    context.readState.readRoom(member, null, seq, now);
  const stored = [op.read, op.known].map((marker) =>
    marker?.epoch === log.epoch ? marker.seq : 0,
  );
  const newer = member === undefined ? 0 : context.readState.seqOf(member);
  const read = Math.min(Math.max(...stored, newer), log.head);
  const newest = log.line(log.head);
  return {
    ...{ type: "unread", epoch: log.epoch, seq: log.head, read },
    unread: countUnread(context, user, read),
    at: newest === null ? null : JSON.parse(newest).at,
  };
}
