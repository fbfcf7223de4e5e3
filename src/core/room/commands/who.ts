// Who command: the room sends one page of its members' names, sorted.

import type { WhoFrame } from "../../../protocol/client-frames.ts";
import * as LIMITS from "../../../protocol/limits.ts";
import type { MemberCommand } from "./command.ts";

export const who: MemberCommand<WhoFrame> = {
  needs: "joined",
  rate: "read",
  run(context, { via }, { after }) {
    const { names, more } = context.presence.names(LIMITS.memberPageMax, after);
    const { count } = context.presence;
    context.send(via, { type: "members", members: names, count, more });
  },
};
