// Entry permission: a room decides who may enter and stay, by the server's private rooms, its own access level, and its members.
import { publicId } from "../shared/identity.ts";
import type { Principal } from "../shared/principal.ts";
import type { Refusal } from "../shared/refusal.ts";
import {
  INVITED_GUEST,
  MEMBERS_ONLY,
  NOT_NAMED,
  REGISTERED_ONLY,
  ROOM_CLOSED,
} from "../shared/room-access.ts";
import type { Connection, Joined, Member } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import type { Invitation } from "./invitations.ts";
import { disconnect, removeMember } from "./leave.ts";
import {
  holderOf,
  mayModerate,
  roleByStanding,
  type Standing,
} from "./permission.ts";

/** A user who is at the door of a room, or inside. */
export interface Entrant extends Standing {
  /** An app's token names this room. */
  readonly namesRoom: boolean;
}

/** @returns why the user may not be in the room; null: the user may */
export function entryRefusal(
  context: RoomContext,
  entrant: Entrant,
): Refusal | null {
  if (!context.isRestricted) return null;
  const { access, isClosed } = context.moderation.policy;
  const { isPrivate } = context;
  if (isClosed) return closedRefusal(context);
  if (isPrivate && !entrant.namesRoom && !isMember(context, entrant))
    return NOT_NAMED;
  if (access === "open" || mayModerate(roleByStanding(context, entrant)))
    return null;
  if (
    access === "registered"
      ? hasLastingName(entrant)
      : isMember(context, entrant)
  )
    return null;
  return closedRefusal(context);
}

/** @returns why nobody may enter or send anything; null: the room is not closed */
export function shutRefusal(context: RoomContext): Refusal | null {
  return context.moderation.policy.isClosed ? closedRefusal(context) : null;
}

/** @returns the refusal of all who may not enter, which tells nothing more */
export function closedRefusal({ isPrivate, moderation }: RoomContext): Refusal {
  if (isPrivate) return NOT_NAMED;
  if (moderation.policy.isClosed) return ROOM_CLOSED;
  return moderation.policy.access === "members"
    ? MEMBERS_ONLY
    : REGISTERED_ONLY;
}

/** A membership holds for the identity, of people with a secret under their name. */
export function isMember(
  { moderation }: RoomContext,
  entrant: Standing,
): boolean {
  const { user, key, accountKind } = entrant;
  return (
    hasLastingName(entrant) &&
    moderation.members.has(holderOf(user, key, accountKind))
  );
}

/** What tells whether anybody vouches for a user. */
export interface Vouched extends Pick<Standing, "hasOldSecret"> {
  readonly accountKind: Standing["accountKind"] | "bot";
}

/** The registration of a name or the app vouches for the user. */
export function hasLastingName({
  accountKind,
  hasOldSecret,
}: Vouched): boolean {
  return accountKind !== "guest" && !hasOldSecret;
}

/** The right to enter, and the invitation that gives it. */
export interface Entry {
  /** Why the user may not enter; null: the user may. */
  readonly refusal: Refusal | null;
  /** The user becomes a member by it; null: by none. */
  readonly invitation: Invitation | null;
}

/** @param code of an invitation that the user shows */
export function findEntry(
  context: RoomContext,
  entrant: Entrant,
  code: string | undefined,
  now: number,
): Entry {
  const refusal = entryRefusal(context, entrant);
  const { isClosed } = context.moderation.policy;
  const invitation = isClosed ? null : findInvitation(context, code, now);
  if (invitation === null) return { refusal, invitation };
  if (!hasLastingName(entrant))
    return { refusal: refusal && INVITED_GUEST, invitation: null };
  if (isMember(context, entrant)) return { refusal, invitation: null };
  return { refusal: null, invitation };
}

/** @returns null if nobody becomes a member by this code now */
export function findInvitation(
  { moderation: { invitations, members } }: RoomContext,
  code: string | undefined,
  now: number,
): Invitation | null {
  const found = code === undefined ? null : invitations.find(code, now);
  return members.hasPlace ? found : null;
}

/**
 * Looks at an app's user at a private room, whose identity is known before the
 * directory is asked.
 *
 * @returns why the user may not enter; null: the user may, or has a secret
 */
export function appRefusal(
  context: RoomContext,
  { identity, username, namesRoom, role }: Principal,
): Refusal | null {
  if (!context.isPrivate || namesRoom || username === null) return null;
  return entryRefusal(context, {
    ...{ user: publicId(identity), key: "", accountKind: "app" },
    ...{ grants: [role], hasOldSecret: false, namesRoom },
  });
}

/**
 * Closes the connections of those who may not be in the room any more: access
 * has become narrower, or a membership, a role or a registration has gone. Those
 * whose connection was cut a moment ago have left, unless they come back.
 */
export function closeUnentitled(
  context: RoomContext,
  members: readonly Member[],
  now: number,
): void {
  if (!context.isRestricted) return;
  for (const member of members) {
    if (member.graceEndsAt !== null && !admitsAway(context, member))
      removeMember(context, member, now);
    for (const connection of [...member.connections]) {
      const { state } = connection;
      if (state.kind !== "joined") continue;
      const refusal = entryRefusal(context, entrantOf(member, state));
      if (refusal !== null) closeUninvited(context, connection, refusal, now);
    }
  }
}

/** A member without a connection has no token that could name the room. */
function admitsAway(
  context: RoomContext,
  { user, key, accountKind }: Member,
): boolean {
  const entrant = { user, key, accountKind, grants: [], namesRoom: false };
  return entryRefusal(context, { ...entrant, hasOldSecret: false }) === null;
}

/** The user behind one connection, which has its own token. */
export function entrantOf(member: Member, session: Joined): Entrant {
  const { user, key, accountKind } = member;
  const { role, namesRoom, hasOldSecret } = session;
  return {
    ...{ user, key, accountKind, namesRoom, hasOldSecret },
    grants: [role],
  };
}

function closeUninvited(
  context: RoomContext,
  connection: Connection,
  { code, message, reason }: Refusal,
  now: number,
): void {
  context.sendError(connection, code, { message, reason });
  disconnect(context, connection, "refused", now);
}
