// Reports command: a moderator reads a page of the reports of the room.
import type { ReportsFrame } from "../../../protocol/client-frames.ts";
import { mayModerate, roleOf } from "../permission.ts";
import { readReports } from "../reports.ts";
import type { MemberCommand } from "./command.ts";

export const reports: MemberCommand<ReportsFrame> = {
  needs: "joined",
  rate: "read",
  run(context, { via, user }, frame) {
    if (mayModerate(roleOf(context, via)))
      context.send(via, readReports(context, frame, user));
    else context.sendError(via, "forbidden");
  },
};
