// Moderation: knows what the user may do to the people of a room, and does it.
import type { Role, UserRef } from "../client/index.ts";
import { inviteUrl } from "./app-state.ts";
import {
  isInForce,
  type NamedPerson,
  type PersonAction,
  PURGE_SECONDS,
  personActions,
} from "./moderation-actions.ts";
import type { RoomState } from "./room-state.ts";

/** The user's role in the room, as far as the page knows. */
export function roleOf(room: RoomState, username: string): Role | null {
  return room.snapshot.value.details.get(username)?.role ?? null;
}

/** What the user may do to another one in the room now. */
export function actionsOn(
  room: RoomState,
  { name, user }: NamedPerson,
): PersonAction[] {
  const { permissions, access, members } = room.snapshot.value;
  if (name === room.user.value.username) return [];
  const target = toTarget({ name, user });
  const past = room.changes.value.filter((one) => one.type === "moderated");
  const now = Date.now();
  const role = roleOf(room, name);
  return personActions((action) => permissions.can(action, target), {
    role,
    // Of those without a role, only members are inside.
    isMember:
      access === "members" && role === null ? members.includes(name) : null,
    isBanned: isInForce(past, { name, user }, "ban", now),
    isMuted: isInForce(past, { name, user }, "mute", now),
  });
}

/**
 * Acts on a user.
 *
 * @param seconds of a ban or a mute; null: no end
 * @returns when it is done. Rejects with a `ChatError`
 */
export function actOn(
  room: RoomState,
  action: PersonAction,
  person: NamedPerson,
  { seconds, reason }: { seconds: number | null; reason: string },
): Promise<unknown> {
  const act = { ...toTarget(person), ...(reason !== "" && { reason }) };
  switch (action) {
    case "promote":
    case "demote":
      return room.room.moderate({
        ...{ ...act, action: "role" },
        role: action === "promote" ? "moderator" : "none",
      });
    case "purge":
      return room.room.moderate({ ...act, action, for: PURGE_SECONDS });
    case "ban":
    case "mute":
      return room.room.moderate({
        ...{ ...act, action },
        ...(seconds !== null && { for: seconds }),
      });
    default:
      return room.room.moderate({ ...act, action });
  }
}

/** By the public id if it is known, since a name may get another holder. */
function toTarget({ name, user }: NamedPerson): UserRef {
  return user === undefined ? { username: name } : { user };
}

const CODE_BYTES = 18;

/**
 * Makes an invitation.
 *
 * @param options `code`: absent for a random one; `for`: seconds
 * @returns the link to give away. Rejects with a `ChatError`
 */
export async function invite(
  { id, room }: RoomState,
  options: { code?: string; uses?: number; for?: number },
): Promise<string> {
  const { code = randomCode() } = options;
  await room.moderate({ action: "invite", ...options, code });
  return inviteUrl(id, code);
}

/** 24 letters, digits, _ and -, which nobody guesses. */
function randomCode(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(CODE_BYTES));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}
