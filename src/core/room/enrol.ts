// Enrol: a user who joins by an invitation becomes a member of the room, which the log tells.
import { append } from "./append.ts";
import type { Member } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import type { Invitation } from "./invitations.ts";
import { holderOf } from "./permission.ts";

/** Writes the member, spends the invitation, and stores the event, all in this event of the room. */
export function enrol(
  context: RoomContext,
  { user, key, username, accountKind }: Member,
  invitation: Invitation,
  now: number,
): void {
  const { members, invitations } = context.moderation;
  context.flush(now);
  members.add(holderOf(user, key, accountKind), { user, key, username });
  invitations.spend(invitation);
  append(
    context,
    { user, username, via: null },
    {
      ...{ type: "moderated", action: "member" },
      target: { user, username },
    },
    undefined,
    now,
  );
  context.flush(now);
}
