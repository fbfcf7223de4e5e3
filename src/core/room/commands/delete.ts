// Delete command: an author or a moderator deletes a message, of which nothing but its number and its author stays.
import type { DeleteFrame } from "../../../protocol/client-frames.ts";
import type { RoomMessage } from "../../../protocol/room-events.ts";
import type { Refusal } from "../../shared/refusal.ts";
import { append } from "../append.ts";
import type { MemberAuthor } from "../author.ts";
import { checkEditTime, isOwn } from "../authorship.ts";
import type { RoomContext } from "../context.ts";
import { eraseMessage } from "../erase.ts";
import { mayModerate, roleOf } from "../permission.ts";
import { findTarget } from "../target.ts";
import type { MemberCommand } from "./command.ts";

export const deleteMessage: MemberCommand<DeleteFrame> = {
  needs: "joined",
  rate: "send",
  isAppended: true,
  run(context, author, { of, epoch, reason, id }, now) {
    context.flush(now);
    const message = findTarget(context, of, epoch);
    const refusal: Refusal | null =
      message === null
        ? { code: "gone" }
        : checkDelete(context, author, message, now);
    if (message === null || refusal !== null) {
      context.sendError(author.via, refusal?.code ?? "gone", {
        ...{ message: refusal?.message, id },
      });
      return;
    }
    eraseMessage(context, message);
    append(
      context,
      author,
      { type: "deleted", of, ...(reason !== undefined && { reason }) },
      id,
      now,
    );
    context.flush(now);
  },
};

function checkDelete(
  context: RoomContext,
  author: MemberAuthor,
  message: RoomMessage,
  now: number,
): Refusal | null {
  if (mayModerate(roleOf(context, author.via))) return null;
  if (!isOwn(author, message)) return { code: "forbidden" };
  return checkEditTime(context, message, now);
}
