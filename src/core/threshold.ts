// Who may ask the directory for a name here, and for which: all that can be known without it.
import type { Join } from "../protocol/messages.ts";
import { nameKey } from "../protocol/names.ts";
import { EXPIRED, mayBegin, NO_GUESTS, NO_ROOM, NOT_NAMED } from "./door.ts";
import type { Floor } from "./floor.ts";
import type { Joining } from "./link.ts";
import { RESERVED } from "./name-policy.ts";
import type { Entered } from "./ops.ts";
import { guestName, type Pass, type Refusal } from "./pass.ts";

type Named =
  | { readonly ok: true; readonly username: string }
  | { readonly ok: false; readonly refusal: Refusal };

/** Under which name they would come in, if they may. */
export function nameFor(
  floor: Floor,
  frame: Join,
  { username, expires, namesRoom }: Pass,
  now: number,
): Named {
  const { settings, log, name } = floor;
  const refused = (refusal: Refusal): Named => ({ ok: false, refusal });
  // Before all else: no other answer may tell whether the room exists.
  if (floor.isPrivate && !namesRoom) return refused(NOT_NAMED);
  const isGuest = username === null;
  if (isGuest && settings.GUESTS === "off") return refused(NO_GUESTS);
  // A bearer's may have ended since the connection was opened.
  if (expires !== null && expires <= now) return refused(EXPIRED);
  // Whether a guest is registered is known to the directory alone.
  const standing = isGuest ? "registered" : "app";
  if (log.epoch === null && !mayBegin(settings, name, standing))
    return refused(NO_ROOM);
  if (isGuest && frame.username === undefined)
    return refused({ code: "bad_request", message: "username: missing." });
  const shown = username ?? guestName(settings, frame.username ?? "");
  if (shown === null) return refused({ code: "bad_username" });
  // The app says itself who its admin is.
  if (isGuest && floor.reserved.has(nameKey(shown))) return refused(RESERVED);
  return { ok: true, username: shown };
}

/** What only the directory knows: may they open this room, if it is new? */
export function mayBeFirst(
  { settings, log, name }: Floor,
  { rank }: Joining,
  { registered }: Entered,
): boolean {
  if (log.epoch !== null) return true;
  const guest = registered === undefined ? "guest" : "registered";
  return mayBegin(settings, name, rank === "app" ? "app" : guest);
}
