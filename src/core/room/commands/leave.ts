// Leave command: the member's connection leaves the room and stays open.
import { detachConnection } from "../leave.ts";
import type { MemberCommand } from "./command.ts";

export const leave: MemberCommand<unknown> = {
  needs: "joined",
  rate: null,
  isLast: true,
  run(context, { via, user, username, member }, _frame, now) {
    // The acks of messages that wait come before the `left` frame.
    context.flush(now);
    context.send(via, { type: "left", user, username, at: now });
    via.state = { kind: "new" };
    context.persist(via);
    detachConnection(context, via, member, 0, now);
  },
};
