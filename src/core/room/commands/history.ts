// History command: the room sends one page of its stored events.
import type { HistoryFrame } from "../../../protocol/client-frames.ts";
import { pageLine, readPage } from "../queries.ts";
import type { MemberCommand } from "./command.ts";

export const history: MemberCommand<HistoryFrame> = {
  needs: "joined",
  rate: "read",
  run(context, { via, user }, frame) {
    const { epoch } = frame;
    if (epoch !== undefined && epoch !== context.log.epoch)
      context.sendError(via, "gone");
    else context.sendLines(via, [pageLine(readPage(context, frame, user))]);
  },
};
