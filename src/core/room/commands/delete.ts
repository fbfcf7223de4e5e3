// Delete command: an author or a moderator deletes a message, of which nothing but its number and its author stays.
import type { DeleteFrame } from "../../../protocol/client-frames.ts";
import { ownerOf } from "../authorship.ts";
import { deleteMessage as erase } from "../delete-message.ts";
import { roleOf } from "../permission.ts";
import type { MemberCommand } from "./command.ts";

export const deleteMessage: MemberCommand<DeleteFrame> = {
  needs: "joined",
  rate: "send",
  isAppended: true,
  run(context, author, frame, now) {
    const role = () => roleOf(context, author.via);
    const owner = ownerOf(author);
    const result = erase(context, author, owner, role, frame, now);
    if (result.ok) return;
    const { code, message } = result.refusal;
    context.sendError(author.via, code, { message, id: frame.id });
  },
};
