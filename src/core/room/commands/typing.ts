// Typing command: a small room tells the other members that a member is typing; nothing is stored.
import * as LIMITS from "../../../protocol/limits.ts";
import type { MemberCommand } from "./command.ts";

export const typing: MemberCommand<unknown> = {
  needs: "joined",
  isUnordered: true,
  rate: "typing",
  isSpeech: true,
  run(context, { user, username, member }) {
    if (context.presence.count > LIMITS.typingMembersMax) return;
    const own = new Set(member.connections);
    context.broadcast({ type: "typing", user, username }, own);
  },
};
