// Moderation target: the user whom an act of moderation names is looked for among the members, and among the newest authors.
import { nameKey } from "../../protocol/name-key.ts";
import { readUsername } from "../../protocol/names.ts";
import { higherRole, type Role } from "../../protocol/roles.ts";
import type { Member } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import { newestAuthors } from "./known-authors.ts";
import { roleOfMember } from "./permission.ts";
import type { Restriction, RestrictionKind } from "./restrictions.ts";
import type { RoomMember } from "./room-members.ts";

/** The user whom a frame names: by public id, or by the name. */
export interface NamedUser {
  readonly user?: string | undefined;
  readonly username?: string | undefined;
}

export interface Target {
  readonly user: string;
  /** The key of the name. */
  readonly key: string;
  readonly username: string;
  readonly role: Role | null;
  /** The user's memberships: one secret may be in the room under several names. */
  readonly members: readonly Member[];
}

/** The users among whom the target is looked for first. */
export type LookUp =
  | { readonly first: "members"; readonly kind: RestrictionKind | null }
  | { readonly first: "restricted"; readonly kind: RestrictionKind }
  /** Users with a membership, who may be away. */
  | { readonly first: "enrolled"; readonly kind: null };

/**
 * Finds a member of the room, a user who has a restriction of that kind, or the
 * last author of that name in the newest 1,000 messages.
 *
 * @returns null if there is no such user
 */
export function findTarget(
  context: RoomContext,
  named: NamedUser,
  { first, kind }: LookUp,
  now: number,
): Target | null {
  const { user } = named;
  const username = readUsername(named.username ?? "");
  if (user === undefined && username === null) return null;
  const key = username === null ? null : nameKey(username);
  const restricted = () => findRestricted(context, user, key, kind, now);
  const member = () => findMember(context, user, key);
  const early = {
    members: () => member() ?? restricted(),
    restricted: () => restricted() ?? member(),
    enrolled: () => findEnrolled(context, user, key) ?? member(),
  };
  const found = early[first]() ?? findAuthor(context, user, key);
  return found === undefined ? null : targetOf(context, found);
}

function findRestricted(
  { moderation: { restrictions } }: RoomContext,
  user: string | undefined,
  key: string | null,
  kind: RestrictionKind | null,
  now: number,
): Restriction | undefined {
  if (kind === null) return undefined;
  return user === undefined
    ? restrictions.findByKey(kind, key ?? "", now)
    : restrictions.find(kind, user, now);
}

function findEnrolled(
  { moderation: { members } }: RoomContext,
  user: string | undefined,
  key: string | null,
): RoomMember | undefined {
  return user === undefined ? members.findByKey(key ?? "") : members.find(user);
}

function findMember(
  { presence }: RoomContext,
  user: string | undefined,
  key: string | null,
): Member | undefined {
  if (user === undefined) return presence.get(key ?? "");
  return presence.withUser(user)[0];
}

function findAuthor(
  { log }: RoomContext,
  user: string | undefined,
  key: string | null,
): Omit<Target, "role" | "members"> | undefined {
  for (const author of newestAuthors(log)) {
    const own = nameKey(author.username);
    if (user === undefined ? own === key : author.user === user)
      return { ...author, key: own };
  }
  return undefined;
}

function targetOf(
  context: RoomContext,
  { user, key, username }: Omit<Target, "role" | "members">,
): Target {
  const members = context.presence.withUser(user);
  // Of a user who is away the room cannot know whether the name is registered.
  const stored = context.moderation.roles.find({ user, key: null });
  const role = members
    .map((member) => roleOfMember(context, member))
    .reduce(higherRole, members.length === 0 ? stored : null);
  return { user, key, username, role, members };
}
