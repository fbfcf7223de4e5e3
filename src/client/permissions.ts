// Permissions: say which actions a user may do in a room, and on whom, by the rules of the server.
import { type Role, rankOf } from "../protocol/roles.ts";
import type { MemberInfo } from "./events.ts";
import type { Permissions } from "./moderation.ts";

/** All that they depend on, beside the roles of others. */
export interface PermissionState {
  readonly role: Role | null;
  /** Of all but moderators: the lock, and the time of slow mode. */
  readonly muted: object | null;
  readonly locked: boolean;
  readonly slowUntil: number | null;
}

/**
 * @param user the public id of the user; null before the first welcome
 * @param details the members who have a role, by username
 */
export function permissionsOf(
  user: string | null,
  { role, muted, locked, slowUntil }: PermissionState,
  details: ReadonlyMap<string, MemberInfo>,
): Permissions {
  const rank = rankOf(role);
  const maySpeak = !muted && (rank > 0 || !(locked || slowUntil));
  return {
    can(action, target) {
      const isSelf = target?.user === user;
      if (action === "speak") return maySpeak;
      if (action === "delete" && isSelf) return true;
      if (action === "topic" && !maySpeak) return false;
      // A role that an owner gives is below their own.
      if (rank < (/^(role|access)$/.test(action) ? 2 : 1)) return false;
      if (action === "delete" || target === undefined) return true;
      // Nobody acts upward or sideways.
      const found = [...details.values()].find((one) =>
        target.user === undefined
          ? one.username === target.username
          : one.user === target.user,
      );
      return !isSelf && rank > rankOf(found?.role ?? null);
    },
  };
}
