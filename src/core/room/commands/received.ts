// Received command: a client confirms the mail that has arrived, so that the directory does not send it again.
import type { ReceivedFrame } from "../../../protocol/client-frames.ts";
import { knownEpoch } from "../connection.ts";
import type { MemberCommand } from "./command.ts";

export const received: MemberCommand<ReceivedFrame> = {
  needs: "joined",
  isUnordered: true,
  rate: "received",
  run(context, { via, member, session }, { mail }) {
    if (mail === undefined) return;
    if (!session.confirms) {
      session.confirms = true;
      context.persist(via);
    }
    const { identity, key } = member;
    context.calls.add(
      { kind: "directory", name: key },
      {
        ...{ type: "had", identity, mail: Math.min(mail, session.mail) },
        ...knownEpoch(session),
      },
      () => undefined,
    );
  },
};
