// Permission: a room decides in one place what its users may do, by their roles, bans and mutes.
import { higherRole, type Role, rankOf } from "../../protocol/roles.ts";
import type { Settings } from "../../protocol/settings.ts";
import type { AccountKind } from "../shared/account-kind.ts";
import type { Refusal } from "../shared/refusal.ts";
import type { Connection, Member } from "./connection.ts";
import type { ModerationState } from "./moderation-state.ts";
import type { Restriction, RestrictionKind } from "./restrictions.ts";
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

/** A user who wants to do something, by whatever way. */
export interface Actor {
  /** The public id. */
  readonly user: string;
  /** The user's role in the room, which is asked for only where it matters. */
  role(): Role | null;
}

/** The part of a room that permissions depend on. */
interface Rules {
  readonly moderation: ModerationState;
}

/** @returns the role of the user behind a connection that has joined; null: none */
export function roleOf(context: Rules, { state }: Connection): Role | null {
  if (state.kind !== "joined" || state.hasOldSecret) return null;
  return roleOfMember(context, state.member);
}

/** @returns the highest role of a member's connections; null: none */
export function roleOfMember(context: Rules, member: Member): Role | null {
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
  { moderation }: Rules,
  { user, key, accountKind, grants, hasOldSecret }: Standing,
): Role | null {
  if (hasOldSecret) return null;
  const isVouched = accountKind !== "guest";
  const own = isVouched
    ? moderation.roles.find(holderOf(user, key, accountKind))
    : null;
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

/**
 * The check before a user says anything in the room, by whatever way: also
 * before edits, reactions, private messages and reports.
 *
 * @returns why the user may not speak; null: the user may
 */
export function speechRefusal(
  context: Rules,
  actor: Actor,
  now: number,
): Refusal | null {
  const { policy, slowMode, isOpen } = context.moderation;
  if (isOpen) return null;
  const refusal =
    banRefusal(context, actor, now) ?? muteRefusal(context, actor, now);
  if (refusal !== null || policy.isOpen || mayModerate(actor.role()))
    return refusal;
  if (policy.isLocked) return LOCKED;
  const retryAfter = slowMode.wait(actor.user, policy.slow, now);
  return retryAfter > 0 ? { code: "rate_limited", ...SLOW, retryAfter } : null;
}

const LOCKED: Refusal = {
  code: "muted",
  message: "The room is locked: only moderators may speak.",
  reason: "room_locked",
};
const SLOW = {
  message: "The room is in slow mode.",
  reason: "slow_mode",
} as const;

function muteRefusal(
  context: Rules,
  actor: Actor,
  now: number,
): Refusal | null {
  const mute = restrictionOf(context, "mute", actor, now);
  if (mute === null) return null;
  if (mute.until === null) return { code: "muted" };
  const retryAfter = mute.until - context.moderation.time.at(now);
  return { code: "muted", until: mute.until, retryAfter };
}

/** @returns why the user may not be in the room; null: the user may */
export function banRefusal(
  context: Rules,
  actor: Actor,
  now: number,
): Refusal | null {
  const ban = restrictionOf(context, "ban", actor, now);
  if (ban === null) return null;
  return { code: "banned", ...(ban.until !== null && { until: ban.until }) };
}

/**
 * A restriction holds for those whose role is below that of its maker. So a
 * moderator cannot shut out another one who is away at the time.
 *
 * @returns the restriction that holds for a user; null: there is none
 */
export function restrictionOf(
  { moderation }: Rules,
  kind: RestrictionKind,
  { user, role }: Actor,
  now: number,
): Restriction | null {
  const { restrictions } = moderation;
  if (restrictions.isEmpty) return null;
  const found = restrictions.find(kind, user, now);
  return found !== undefined && found.rank > rankOf(role()) ? found : null;
}

/** The member behind a connection, as an actor. */
export function memberActor(context: Rules, connection: Connection): Actor {
  const { state } = connection;
  return {
    user: state.kind === "joined" ? state.member.user : "",
    role: () => roleOf(context, connection),
  };
}
