// Who may ask the directory for a name here, and for which: all that can be known without it.
import type { JoinFrame } from "../../protocol/client-frames.ts";
import { nameKey } from "../../protocol/names.ts";
import { RESERVED } from "../shared/name-policy.ts";
import {
  guestName,
  type Principal,
  type Refusal,
} from "../shared/principal.ts";
import {
  EXPIRED,
  isCreationAllowed,
  NO_GUESTS,
  NO_ROOM,
  NOT_NAMED,
} from "../shared/room-access.ts";
import type { Entered } from "../shared/rpc.ts";
import type { Joining } from "./connection.ts";
import type { RoomContext } from "./context.ts";

type UsernameResult =
  | { readonly ok: true; readonly username: string }
  | { readonly ok: false; readonly refusal: Refusal };

/** Under which name they would come in, if they may. */
export function resolveUsername(
  context: RoomContext,
  frame: JoinFrame,
  { username, expires, namesRoom }: Principal,
  now: number,
): UsernameResult {
  const { settings, log, name } = context;
  const refused = (refusal: Refusal): UsernameResult => ({
    ok: false,
    refusal,
  });
  // Before all else: no other answer may tell whether the room exists.
  if (context.isPrivate && !namesRoom) return refused(NOT_NAMED);
  const isGuest = username === null;
  if (isGuest && settings.GUESTS === "off") return refused(NO_GUESTS);
  // A bearer's may have ended since the connection was opened.
  if (expires !== null && expires <= now) return refused(EXPIRED);
  // Whether a guest is registered is known to the directory alone.
  const kind = isGuest ? "registered" : "app";
  if (log.epoch === null && !isCreationAllowed(settings, name, kind))
    return refused(NO_ROOM);
  if (isGuest && frame.username === undefined)
    return refused({ code: "bad_request", message: "username: missing." });
  const resolved = username ?? guestName(settings, frame.username ?? "");
  if (resolved === null) return refused({ code: "bad_username" });
  // The app says itself who its admin is.
  if (isGuest && context.reserved.has(nameKey(resolved)))
    return refused(RESERVED);
  return { ok: true, username: resolved };
}

/** What only the directory knows: may they open this room, if it is new? */
export function mayCreateRoom(
  { settings, log, name }: RoomContext,
  { rank }: Joining,
  { registered }: Entered,
): boolean {
  if (log.epoch !== null) return true;
  const guest = registered === undefined ? "guest" : "registered";
  return isCreationAllowed(settings, name, rank === "app" ? "app" : guest);
}
