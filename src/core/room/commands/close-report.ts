// Close report command: a moderator closes a report, and gets an ack once that is stored.
import type { CloseReportFrame } from "../../../protocol/client-frames.ts";
import { mayModerate, roleOf } from "../permission.ts";
import { closeReport as close } from "../reports.ts";
import type { MemberCommand } from "./command.ts";

export const closeReport: MemberCommand<CloseReportFrame> = {
  needs: "joined",
  rate: "send",
  run(context, author, frame, now) {
    const { via } = author;
    const { id, report } = frame;
    if (!mayModerate(roleOf(context, via))) {
      context.sendError(via, "forbidden", { id });
      return;
    }
    const result = close(context, author, frame, now);
    if (!result.ok) {
      const { code, message } = result.refusal;
      context.sendError(via, code, { message, id });
      return;
    }
    const { at, duplicate } = result;
    context.send(via, {
      type: "ack",
      ...(id !== undefined && { id }),
      ...{ report, at, ...(duplicate && { duplicate }) },
    });
  },
};
