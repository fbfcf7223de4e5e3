// Mention admission: a room mentions nobody who is away and may not enter it.
import type { Person } from "../shared/directory-requests.ts";
import type { RoomContext } from "./context.ts";
import { type Entrant, entryRefusal } from "./entry-permission.ts";
import { banRefusal, roleByStanding } from "./permission.ts";

/**
 * May a user who is away be in the room: as a member of a guarded room, or by a
 * token that has not ended?
 *
 * @param key of the name
 */
export function admitsAbsent(
  context: RoomContext,
  { user, kind = "guest", passUntil = 0 }: Person,
  key: string,
  now: number,
): boolean {
  const entrant: Entrant = {
    ...{ user, key, accountKind: kind, grants: [], hasOldSecret: false },
    namesRoom: passUntil > now,
  };
  const actor = { user, role: () => roleByStanding(context, entrant) };
  return (
    entryRefusal(context, entrant) === null &&
    banRefusal(context, actor, now) === null
  );
}
