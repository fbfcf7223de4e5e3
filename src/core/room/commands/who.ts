// Who command: the room sends one page of its members' names, sorted.

import type { WhoFrame } from "../../../protocol/client-frames.ts";
import * as LIMITS from "../../../protocol/limits.ts";
import { detailsOf } from "../member-details.ts";
import { roleOfMember } from "../permission.ts";
import type { MemberCommand } from "./command.ts";

export const who: MemberCommand<WhoFrame> = {
  needs: "joined",
  rate: "read",
  run(context, { via }, { after, details = false }) {
    const page = context.presence.page(LIMITS.memberPageMax, after);
    context.send(via, {
      type: "members",
      members: page.members.map(({ username }) => username),
      ...(details && {
        details: page.members.map((member) =>
          detailsOf(member, roleOfMember(context, member)),
        ),
      }),
      count: context.presence.count,
      more: page.more,
    });
  },
};
