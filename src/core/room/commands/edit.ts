// Edit command: an author changes the text of a message, and no older text of it stays.
import type { EditFrame } from "../../../protocol/client-frames.ts";
import { ownerOf } from "../authorship.ts";
import { editMessage, findEditable } from "../edit-message.ts";
import type { MemberCommand } from "./command.ts";

export const edit: MemberCommand<EditFrame> = {
  needs: "joined",
  rate: "send",
  isAppended: true,
  isSpeech: true,
  hook: {
    name: "message",
    ask: (hooks, question, { of, text, data, id }) =>
      hooks.message?.({
        ...question,
        ...{ kind: "edit", of, text },
        ...(data !== undefined && { data }),
        ...(id !== undefined && { id }),
      }) ?? null,
  },
  check: (context, author, frame, now) => {
    const found = findEditable(context, ownerOf(author), frame, now);
    return "refusal" in found ? found.refusal : null;
  },
  run(context, author, frame, now) {
    const result = editMessage(context, author, ownerOf(author), frame, now);
    if (result.ok) return;
    const { code, message } = result.refusal;
    context.sendError(author.via, code, { message, id: frame.id });
  },
};
