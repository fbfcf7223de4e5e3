// Pin command: a moderator pins a message of the room, or takes the pin off.
import type { PinFrame } from "../../../protocol/client-frames.ts";
import * as LIMITS from "../../../protocol/limits.ts";
import { ackStored, append } from "../append.ts";
import { mayModerate, roleOf } from "../permission.ts";
import { findTarget } from "../target.ts";
import type { MemberCommand } from "./command.ts";

export const pin: MemberCommand<PinFrame> = {
  needs: "joined",
  rate: "send",
  isAppended: true,
  run(context, author, { of, on, epoch, id }, now) {
    const { via } = author;
    const { board } = context;
    if (!mayModerate(roleOf(context, via))) {
      context.sendError(via, "forbidden", { id });
      return;
    }
    context.flush(now);
    const message = findTarget(context, of, epoch);
    const pinned = board.find(of);
    if (message === null || (!on && pinned === undefined)) {
      context.sendError(via, "gone", { id });
      return;
    }
    if (on && pinned !== undefined) {
      ackStored(context, via, id, pinned.by);
      return;
    }
    if (on) {
      // The pins are a few: the oldest one makes room.
      for (const { of: oldest } of board.pins.slice(LIMITS.pinsMax - 1)) {
        board.unpin(oldest);
        const event = { type: "unpinned", of: oldest } as const;
        append(context, { ...author, via: null }, event, undefined, now);
      }
    } else board.unpin(of);
    const type = on ? "pinned" : "unpinned";
    const { seq } = append(context, author, { type, of }, id, now);
    if (on) board.pin({ of, by: seq });
    context.flush(now);
  },
};
