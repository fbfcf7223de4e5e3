// Rooms command: a member asks the directory for the rooms that they are or were in, or takes one off that list.
import type {
  ForgetFrame,
  RoomsFrame,
} from "../../../protocol/client-frames.ts";
import { requestDirectory } from "../account-requests.ts";
import type { MemberCommand } from "./command.ts";

export const rooms: MemberCommand<RoomsFrame> = {
  needs: "joined",
  rate: "rooms",
  run(context, { via, member, session }, { before, read }) {
    const { identity, key } = member;
    requestDirectory(
      context,
      via,
      key,
      {
        ...{ type: "my-rooms", identity },
        ...(before !== undefined && { before }),
        ...(read !== undefined && { read }),
        ...(session.hasOldSecret && { hasOldSecret: true }),
      },
      (reply) => {
        if (reply.type !== "my-rooms") return;
        const { rooms, before: next } = reply;
        context.send(via, {
          ...{ type: "rooms", rooms: [...rooms], more: next !== undefined },
          ...(next !== undefined && { before: next }),
        });
      },
    );
  },
};

export const forget: MemberCommand<ForgetFrame> = {
  needs: "joined",
  rate: "rooms",
  run(context, { via, member }, { room }) {
    const { identity, key } = member;
    const op = { type: "forget-visit", identity, room } as const;
    requestDirectory(context, via, key, op, () =>
      context.send(via, { type: "forgotten", room }),
    );
  },
};
