// Roles: a user is the owner of a room, a moderator, or neither.

/** The roles, the lowest first. */
export const ROLES = ["moderator", "owner"] as const;

export type Role = (typeof ROLES)[number];

/** @returns 0 without a role; a higher role has a higher rank */
export function rankOf(role: Role | null): number {
  return role === null ? 0 : ROLES.indexOf(role) + 1;
}

export function higherRole(one: Role | null, other: Role | null): Role | null {
  return rankOf(one) >= rankOf(other) ? one : other;
}
