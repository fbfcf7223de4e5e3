// Moderate command: a moderator acts on a user of the room, and gets an ack once that is stored.
import type { ModerateFrame } from "../../../protocol/client-frames.ts";
import { rankOf } from "../../../protocol/roles.ts";
import { moderate as moderateRoom } from "../moderate.ts";
import { roleOf } from "../permission.ts";
import type { MemberCommand } from "./command.ts";

export const moderate: MemberCommand<ModerateFrame> = {
  needs: "joined",
  rate: "send",
  isAppended: true,
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
