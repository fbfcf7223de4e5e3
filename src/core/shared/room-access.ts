// Room access: the settings and a token decide which rooms a user may create and enter.
import { higherRole, type Role } from "../../protocol/roles.ts";
import { matchesRoom } from "../../protocol/room-pattern.ts";
import type { Settings } from "../../protocol/settings.ts";
import type { AccountKind } from "./account-kind.ts";
import type { Refusal } from "./refusal.ts";
import type { Verified } from "./rpc.ts";

/** May a user create the room? A room that exists is open to each kind. */
export function isCreationAllowed(
  { ROOMS, ROOM_CREATION }: Settings,
  room: string,
  kind: AccountKind,
): boolean {
  if (!matchesRoom(ROOMS, room)) return false;
  switch (ROOM_CREATION) {
    case "anyone":
      return true;
    case "registered":
      return kind !== "guest";
    case "jwt":
      return kind === "app";
    default:
      return ROOM_CREATION satisfies never;
  }
}

export const NO_ROOM: Refusal = {
  code: "forbidden",
  message: "There is no such room, and it is not yours to open.",
  reason: "no_such_room",
};

/**
 * The words are the same whether the room exists or not, so that they tell
 * nothing.
 */
export const NOT_NAMED: Refusal = {
  code: "forbidden",
  message:
    "This room opens only to its members, and to an app's token that names it in rooms.",
  reason: "room_private",
};

export const ROOM_CLOSED: Refusal = {
  code: "forbidden",
  message: "The operator of the server has closed this room.",
  reason: "room_closed",
};

export const MEMBERS_ONLY: Refusal = {
  code: "forbidden",
  message: "This room opens only to its members.",
  reason: "members_only",
};

export const REGISTERED_ONLY: Refusal = {
  code: "forbidden",
  message: "This room opens only to users with a registered name.",
  reason: "registered_only",
};

/** Only a user with an open invitation learns this. */
export const INVITED_GUEST: Refusal = {
  code: "forbidden",
  message: "Register your name first: an invitation is for registered names.",
  reason: "registered_only",
};

export const NO_GUESTS: Refusal = {
  code: "unauthorized",
  message: "This server has no guests: a token of the app's is needed.",
  reason: "no_guests",
};

export const EXPIRED: Refusal = {
  code: "unauthorized",
  message: "The token has expired.",
  reason: "token_expired",
};

const NOT_IN_TOKEN: Refusal = {
  code: "forbidden",
  message: "The token does not open this room.",
  reason: "room_not_in_token",
};

/** Does the room open only to a token that names it? */
export function isPrivateRoom(
  { PRIVATE_ROOMS }: Settings,
  room: string,
): boolean {
  return matchesRoom(PRIVATE_ROOMS, room);
}

/** Does the token name the room? A token without `rooms` names none. */
export function namesRoom(
  { rooms }: Pick<Verified, "rooms">,
  room: string,
): boolean {
  return rooms !== null && matchesRoom(rooms, room);
}

/** Is the room private, and does the token not name it? */
export function isUnnamedAt(
  settings: Settings,
  room: string,
  verified: Pick<Verified, "rooms">,
): boolean {
  return isPrivateRoom(settings, room) && !namesRoom(verified, room);
}

/** @returns the highest role that the token gives in the room; null: none */
export function roleInRoom(
  { roles = [] }: Pick<Verified, "roles">,
  room: string,
): Role | null {
  return roles.reduce<Role | null>(
    (highest, { rooms, role }) =>
      matchesRoom([rooms], room) ? higherRole(highest, role) : highest,
    null,
  );
}

/**
 * A token without `rooms` may open a private room: the caller asks that room
 * whether the user is a member.
 *
 * @returns why the token does not open the room; null: it does, or may
 */
export function roomRefusal(
  settings: Settings,
  room: string,
  verified: Pick<Verified, "rooms" | "expires">,
  now: number,
): Refusal | null {
  const { rooms, expires } = verified;
  if (expires !== null && expires <= now) return EXPIRED;
  // A private room may have a member whose token names no room: the room knows.
  if (rooms === null || namesRoom(verified, room)) return null;
  return isPrivateRoom(settings, room) ? NOT_NAMED : NOT_IN_TOKEN;
}
