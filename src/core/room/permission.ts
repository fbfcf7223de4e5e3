// Permission: a room decides in one place what its users may do, by their roles.
import { higherRole, type Role, rankOf } from "../../protocol/roles.ts";
import type { Settings } from "../../protocol/settings.ts";
import type { AccountKind } from "../shared/account-kind.ts";
import type { Connection, Member } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import type { RoleHolder } from "./roles.ts";

/** All that the role of a user depends on. */
export interface Standing {
  /** The public id. */
  readonly user: string;
  /** The key of the name. */
  readonly key: string;
  readonly accountKind: AccountKind;
  /** Roles that tokens give here, or the app. */
  readonly grants: readonly (Role | null)[];
  /** The user came by a secret that a newer one has replaced. */
  readonly hasOldSecret: boolean;
}

type RolesOf = Pick<RoomContext, "roles">;

/** @returns the role of the user behind a connection that has joined; null: none */
export function roleOf(context: RolesOf, { state }: Connection): Role | null {
  if (state.kind !== "joined" || state.hasOldSecret) return null;
  return roleOfMember(context, state.member);
}

/** @returns the highest role of a member's connections; null: none */
export function roleOfMember(context: RolesOf, member: Member): Role | null {
  const sessions = [...member.connections].flatMap(({ state }) =>
    state.kind === "joined" && !state.hasOldSecret ? state : [],
  );
  return roleByStanding(context, {
    ...member,
    grants: sessions.map(({ role }) => role),
    hasOldSecret: member.connections.size > 0 && sessions.length === 0,
  });
}

/**
 * A guest has no role by the room's table, since anybody can be that guest who
 * learns the secret; a registered name and the app vouch for their users.
 */
export function roleByStanding(
  { roles }: RolesOf,
  { user, key, accountKind, grants, hasOldSecret }: Standing,
): Role | null {
  if (hasOldSecret) return null;
  const isVouched = accountKind !== "guest";
  const own = isVouched ? roles.find(holderOf(user, key, accountKind)) : null;
  return grants.reduce(higherRole, own);
}

/** The identity of an app's user counts alone, that of others with the name. */
export function holderOf(
  user: string,
  key: string,
  accountKind: AccountKind,
): RoleHolder {
  return { user, key: accountKind === "app" ? null : key };
}

/** Does a user own the room that their join creates? */
export function ownsNewRooms(
  { ROOM_OWNERS, JWT_ISSUER }: Settings,
  accountKind: AccountKind,
): boolean {
  const owners =
    ROOM_OWNERS === "" ? (JWT_ISSUER === "" ? "creator" : "none") : ROOM_OWNERS;
  return owners === "creator" && accountKind !== "guest";
}

/** May a user with this role moderate the room? */
export function mayModerate(role: Role | null): boolean {
  return rankOf(role) >= rankOf("moderator");
}

/** May a user act on another one? Nobody acts upward or sideways. */
export function mayActOn(role: Role | null, target: Role | null): boolean {
  return mayModerate(role) && rankOf(role) > rankOf(target);
}
