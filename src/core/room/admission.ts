// Admission: a room decides whether a user may join, and under which name, before it asks the directory.
import type { JoinFrame } from "../../protocol/client-frames.ts";
import { nameKey } from "../../protocol/name-key.ts";
import type { Entered } from "../shared/directory-requests.ts";
import { RESERVED } from "../shared/name-policy.ts";
import { guestName, type Principal } from "../shared/principal.ts";
import type { Refusal } from "../shared/refusal.ts";
import {
  EXPIRED,
  isCreationAllowed,
  NO_GUESTS,
  NO_ROOM,
  NOT_NAMED,
} from "../shared/room-access.ts";
import type { Joining } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import { appRefusal, findInvitation } from "./entry-permission.ts";

type UsernameResult =
  | {
      readonly ok: true;
      readonly username: string;
      /** The key of the name. */
      readonly key: string;
      /** At a private room: nothing shows yet that the user may enter. */
      readonly isOutsider: boolean;
    }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * Checks a join against the settings, the token and the room.
 *
 * @returns the name to ask the directory for, or the refusal for the client
 */
export function resolveUsername(
  context: RoomContext,
  frame: JoinFrame,
  principal: Principal,
  now: number,
): UsernameResult {
  const { settings, log, name } = context;
  const { username, expires } = principal;
  const isGuest = username === null;
  const isInvited = findInvitation(context, frame.invite, now) !== null;
  const isOutsider = context.isPrivate && isGuest && !isInvited;
  // No other answer to an outsider may tell whether the room exists.
  const refused = (refusal: Refusal): UsernameResult => ({
    ok: false,
    refusal: isOutsider ? NOT_NAMED : refusal,
  });
  const notMember = isInvited ? null : appRefusal(context, principal);
  if (notMember !== null) return refused(notMember);
  if (isGuest && settings.GUESTS === "off") return refused(NO_GUESTS);
  // The token of a connection may have expired since the connection opened.
  if (expires !== null && expires <= now) return refused(EXPIRED);
  // Only the directory knows which guests are registered: `mayCreateRoom` asks again.
  const kind = isGuest ? "registered" : "app";
  // An outsider waits as long for the answer as at a room that exists.
  const isNew = log.epoch === null && !isOutsider;
  if (isNew && !isCreationAllowed(settings, name, kind))
    return refused(NO_ROOM);
  if (isGuest && frame.username === undefined)
    return refused({ code: "bad_request", message: "username: missing." });
  const resolved = username ?? guestName(settings, frame.username ?? "");
  if (resolved === null) return refused({ code: "bad_username" });
  const key = nameKey(resolved);
  // Names that the app gives are not checked: the app may give a reserved name.
  if (isGuest && context.reserved.has(key)) return refused(RESERVED);
  return { ok: true, username: resolved, key, isOutsider };
}

/**
 * Checks the right to create a room, once the directory has told whether the
 * name is registered.
 *
 * @returns true also if the room exists
 */
export function mayCreateRoom(
  { settings, log, name }: RoomContext,
  { rank }: Pick<Joining, "rank">,
  { registered }: Entered,
): boolean {
  if (log.epoch !== null) return true;
  const guest = registered === undefined ? "guest" : "registered";
  return isCreationAllowed(settings, name, rank === "app" ? "app" : guest);
}
