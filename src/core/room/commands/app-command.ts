// App command: the app handles a command that a member writes, and answers that member, or the room in the member's name.
import type { CommandFrame } from "../../../protocol/client-frames.ts";
import type { CommandAck } from "../../../protocol/server-frames.ts";
import { append } from "../append.ts";
import type { MemberCommand } from "./command.ts";

export const appCommand: MemberCommand<CommandFrame> = {
  needs: "joined",
  rate: "send",
  isAppended: true,
  isSpeech: true,
  hook: {
    name: "command",
    ask: (hooks, question, { name, args = "", id }) =>
      hooks.commands.includes(name)
        ? (hooks.command?.({
            ...{ ...question, name, args },
            ...(id !== undefined && { id }),
          }) ?? null)
        : { type: "refused", code: "unsupported", message: UNKNOWN },
  },
  run(context, author, { name, id }, now, allowed) {
    const { user, username, via } = author;
    if (allowed === undefined) {
      context.sendError(via, "unsupported", { id });
      return;
    }
    const by = id === undefined ? { user } : { user, id };
    let seq: number | undefined;
    for (const text of allowed.says ?? []) {
      const content = { type: "message", text, by } as const;
      // Its user gets it like everybody else: only the app knew the text.
      const said = { user, username, via: null };
      ({ seq } = append(context, said, content, undefined, now));
    }
    if (seq !== undefined && id !== undefined)
      context.dedupe.add(user, id, { seq, at: now });
    if (!context.isOpen(via)) return;
    // The answers come after what was said.
    if (seq !== undefined) context.flush(now);
    for (const text of allowed.replies ?? [])
      context.send(via, {
        ...{ type: "reply", command: name, text },
        ...(id !== undefined && { id }),
      });
    const ack: CommandAck = {
      type: "ack",
      ...(id !== undefined && { id }),
      command: name,
      ...(seq !== undefined && { seq }),
      at: now,
    };
    context.send(via, ack);
  },
};

const UNKNOWN = "The app of this server has no such command.";
