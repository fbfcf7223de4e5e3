// Joining user: a room knows the identity, the kind and the rights of a user who joins once the directory has answered.
import type { AccountKind } from "../shared/account-kind.ts";
import type { Entered } from "../shared/directory-requests.ts";
import { publicId } from "../shared/identity.ts";
import type { Reply } from "../shared/rpc.ts";
import type { Joining } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import { type Entry, findEntry } from "./entry-permission.ts";
import { type Actor, roleByStanding, type Standing } from "./permission.ts";

/** The right of the user who joins, with the final identity. */
export function entryOf(
  context: RoomContext,
  state: Joining,
  reply: Entered,
  now: number,
): Entry {
  const standing = joiningStanding(state, reply);
  const { namesRoom, join: frame } = state;
  return findEntry(context, { ...standing, namesRoom }, frame.invite, now);
}

/** The identity of the claim, which a rotated secret opens as the first one did. */
export function identityOf({ identity }: Joining, reply: Reply | null): string {
  return reply?.type === "entered" ? (reply.identity ?? identity) : identity;
}

/** The user who joins, with the final identity. */
export function joiningActor(
  context: RoomContext,
  state: Joining,
  reply: Entered,
): Actor & Standing {
  const standing = joiningStanding(state, reply);
  return { ...standing, role: () => roleByStanding(context, standing) };
}

export function joiningStanding(state: Joining, reply: Entered): Standing {
  return {
    user: publicId(identityOf(state, reply)),
    key: state.key,
    accountKind: accountKindOf(state, reply),
    grants: [state.role],
    hasOldSecret: reply.secretEnds !== undefined,
  };
}

export function accountKindOf(
  { rank }: Joining,
  { registered }: Entered,
): AccountKind {
  if (rank === "app") return "app";
  return registered === undefined ? "guest" : "registered";
}
