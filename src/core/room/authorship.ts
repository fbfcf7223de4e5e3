// Authorship: a message belongs to the identity that wrote it, under the name by which it wrote.
import { nameKey } from "../../protocol/name-key.ts";
import type { RoomMessage } from "../../protocol/room-events.ts";
import type { Refusal } from "../shared/refusal.ts";
import type { MemberAuthor } from "./author.ts";
import type { RoomContext } from "./context.ts";

/**
 * Is the message the author's own? An app vouches for its users, so their
 * identity is enough. Others also need the name: a secret that was replaced makes
 * the same identity again under another name.
 */
export function isOwn(
  { member, session }: MemberAuthor,
  { user, username }: RoomMessage,
): boolean {
  if (member.user !== user || session.hasOldSecret) return false;
  return member.accountKind === "app" || nameKey(username) === member.key;
}

/** @returns the refusal if the author's time for a message is over, or null */
export function checkEditTime(
  { moderation, settings }: RoomContext,
  { at }: RoomMessage,
  now: number,
): Refusal | null {
  const seconds = settings.EDIT_SECONDS;
  if (moderation.time.at(now) - at < seconds * 1000) return null;
  return {
    code: "forbidden",
    message:
      seconds === 0
        ? "Messages cannot be changed here."
        : "This message is too old to be changed.",
  };
}
