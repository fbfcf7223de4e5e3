// Authorship: a message belongs to the identity that wrote it, under the name by which it wrote.
import { nameKey } from "../../protocol/name-key.ts";
import type { RoomMessage } from "../../protocol/room-events.ts";
import type { AccountKind } from "../shared/account-kind.ts";
import type { Refusal } from "../shared/refusal.ts";
import type { MemberAuthor } from "./author.ts";
import type { RoomContext } from "./context.ts";

/**
 * Is the message the user's own? An app vouches for its users and bots, so their
 * identity is enough. Others also need the name: a secret that was replaced makes
 * the same identity again under another name.
 */
export function isOwn(
  { user, key, kind, hasOldSecret }: Owner,
  message: Pick<RoomMessage, "user" | "username">,
): boolean {
  if (user !== message.user || hasOldSecret) return false;
  return kind === "app" || kind === "bot" || nameKey(message.username) === key;
}

/** The user who may own a message. */
export interface Owner {
  /** The public id. */
  readonly user: string;
  /** The key of the name. */
  readonly key: string;
  readonly kind: AccountKind | "bot";
  /** The user came by a secret that a newer one has replaced. */
  readonly hasOldSecret: boolean;
}

export function ownerOf({ member, session }: MemberAuthor): Owner {
  const { user, key, accountKind: kind } = member;
  return { user, key, kind, hasOldSecret: session.hasOldSecret };
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
