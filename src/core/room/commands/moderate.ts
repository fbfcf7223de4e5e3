// Moderate command: a moderator acts on a user of the room, or sets its topic, and gets an ack once that is stored.
import type { ModerateFrame } from "../../../protocol/client-frames.ts";
import { rankOf } from "../../../protocol/roles.ts";
import { moderate as moderateRoom } from "../moderate.ts";
import {
  mayModerate,
  memberActor,
  roleOf,
  speechRefusal,
} from "../permission.ts";
import type { MemberCommand } from "./command.ts";

export const moderate: MemberCommand<ModerateFrame> = {
  needs: "joined",
  rate: "send",
  isAppended: true,
  hook: {
    name: "message",
    // The app decides about texts alone.
    ask: (hooks, question, frame) =>
      frame.action !== "topic" || frame.text === ""
        ? { type: "allowed" }
        : (hooks.message?.({
            ...{ ...question, kind: "topic", text: frame.text },
            ...(frame.id !== undefined && { id: frame.id }),
          }) ?? null),
  },
  check(context, { via }, frame, now) {
    if (!mayModerate(roleOf(context, via))) return { code: "forbidden" };
    // A topic is a text: an owner may have muted this moderator.
    return frame.action === "topic"
      ? speechRefusal(context, memberActor(context, via), now)
      : null;
  },
  run(context, author, frame, now) {
    const { via, user, username } = author;
    const rank = rankOf(roleOf(context, via));
    const moderator = { user, username, via, rank };
    const result = moderateRoom(context, moderator, frame, now);
    if (result.ok) return;
    const { code, message } = result.refusal;
    context.sendError(via, code, { message, id: frame.id });
  },
};
