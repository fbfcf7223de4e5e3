// Which doors are open, and to whom: rooms that may come to be, and rooms that a token opens.
import { fitsRoom } from "../protocol/room-pattern.ts";
import type { Settings } from "../protocol/settings.ts";
import type { Verified } from "./ops.ts";
import type { Refusal } from "./pass.ts";

/** Who vouches for somebody: nobody, a name of their own, or the app. */
export type Standing = "guest" | "registered" | "app";

/** May somebody be the first in that room? In one that exists, anybody. */
export function mayBegin(
  { ROOMS, ROOM_CREATION }: Settings,
  room: string,
  standing: Standing,
): boolean {
  if (!fitsRoom(ROOMS, room)) return false;
  switch (ROOM_CREATION) {
    case "anyone":
      return true;
    case "registered":
      return standing !== "guest";
    case "jwt":
      return standing === "app";
    default:
      return ROOM_CREATION satisfies never;
  }
}

export const NO_ROOM: Refusal = {
  code: "forbidden",
  message: "There is no such room, and it is not yours to open.",
};

export const NO_GUESTS: Refusal = {
  code: "unauthorized",
  message: "This server has no guests: a token of the app's is needed.",
};

export const EXPIRED: Refusal = {
  code: "unauthorized",
  message: "The token has expired.",
};

/** What keeps somebody with this token out of that room; null: nothing. */
export function whyNotIn(
  room: string,
  { rooms, expires }: Pick<Verified, "rooms" | "expires">,
  now: number,
): Refusal | null {
  if (expires !== null && expires <= now) return EXPIRED;
  if (rooms !== null && !fitsRoom(rooms, room))
    return { code: "forbidden", message: "The token does not open this room." };
  return null;
}
