// Delete message: an author or a moderator deletes a message, of which nothing but its number and its author stays.
import type { DeleteFrame } from "../../protocol/client-frames.ts";
import type { Role } from "../../protocol/roles.ts";
import type { RoomMessage } from "../../protocol/room-events.ts";
import type { Refusal } from "../shared/refusal.ts";
import { append } from "./append.ts";
import type { Author } from "./author.ts";
import { checkEditTime, isOwn, type Owner } from "./authorship.ts";
import type { RoomContext } from "./context.ts";
import type { ChangeResult } from "./edit-message.ts";
import { eraseMessage } from "./erase.ts";
import { mayModerate } from "./permission.ts";
import { findTarget } from "./target.ts";

/** @param role asks for the user's role in the room */
export function deleteMessage(
  context: RoomContext,
  author: Author,
  owner: Owner,
  role: () => Role | null,
  { of, epoch, reason, id }: DeleteFrame,
  now: number,
): ChangeResult {
  context.flush(now);
  const message = findTarget(context, of, epoch);
  const refusal: Refusal | null =
    message === null
      ? { code: "gone" }
      : mayModerate(role())
        ? null
        : ownRefusal(context, owner, message, now);
  if (message === null || refusal !== null)
    return { ok: false, refusal: refusal ?? { code: "gone" } };
  eraseMessage(context, message);
  const ack = append(
    context,
    author,
    { type: "deleted", of, ...(reason !== undefined && { reason }) },
    id,
    now,
  );
  context.flush(now);
  return { ok: true, ack };
}

function ownRefusal(
  context: RoomContext,
  owner: Owner,
  message: RoomMessage,
  now: number,
): Refusal | null {
  if (!isOwn(owner, message)) return { code: "forbidden" };
  return checkEditTime(context, message, now);
}
