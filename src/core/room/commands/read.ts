// Read command: a member says how far they have read the room, or their mail.
import type { ReadFrame } from "../../../protocol/client-frames.ts";
import type { MemberCommand } from "./command.ts";

export const read: MemberCommand<ReadFrame> = {
  needs: "joined",
  isUnordered: true,
  rate: "marking",
  run(context, { via, member, session }, { seq, epoch, mail, id }, now) {
    const { readState, log } = context;
    if (mail !== undefined)
      readState.readMail(member, via, Math.min(mail, session.mail), now);
    // A person who types means all that there is.
    if (seq === undefined && mail !== undefined) return;
    if (epoch !== undefined && epoch !== log.epoch)
      context.sendError(via, "gone", { id });
    else readState.readRoom(member, via, seq ?? log.head, now);
  },
};
