// Removal: knows that a moderator has removed the user from a room, by whom, why and until when; also after a reload.
import { userKey } from "./identity.ts";
import { deviceStore } from "./local-store.ts";
import { matchRemoval, type Removal, readRemoval } from "./removal-record.ts";
import type { RoomState } from "./room-state.ts";

/** null: the user may be in the room. */
export function removalOf(room: RoomState): Removal | null {
  const { state, reason } = room.snapshot.value;
  if (state !== "failed" || !/^(banned|kicked)$/.test(reason?.code ?? ""))
    return null;
  const key = userKey("removed", room.me, room.id);
  const act = newestAct(room);
  if (act !== null) deviceStore.set(key, JSON.stringify(act));
  const known = act ?? readRemoval(deviceStore.get(key));
  return matchRemoval(known, reason, Date.now());
}

function newestAct(room: RoomState): Removal | null {
  const { user } = room.user.value;
  const act = room.changes.value.findLast(
    (one) =>
      one.type === "moderated" &&
      /^(kick|ban)$/.test(one.action) &&
      one.target?.user === user,
  );
  if (act?.type !== "moderated") return null;
  const { action, until = null, reason = null, username: by } = act;
  return { action: action === "kick" ? action : "ban", until, reason, by };
}
