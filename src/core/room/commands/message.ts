// Message command: a member's text becomes an event of the room's log, and is acked once it is stored.
import type { MessageFrame } from "../../../protocol/client-frames.ts";
import { append } from "../append.ts";
import type { MemberCommand } from "./command.ts";

export const message: MemberCommand<MessageFrame> = {
  needs: "joined",
  rate: "send",
  isAppended: true,
  isSpeech: true,
  hook: {
    name: "message",
    ask: (hooks, question, { text, data, id }) =>
      hooks.message?.({
        ...question,
        text,
        ...(data !== undefined && { data }),
        ...(id !== undefined && { id }),
      }) ?? null,
  },
  run: (context, author, { text, data, id }, now) =>
    append(
      context,
      author,
      { type: "message", text, ...(data !== undefined && { data }) },
      id,
      now,
    ),
};
