// React command: a member reacts to a message with an emoji, or takes the reaction back.
import type { ReactFrame } from "../../../protocol/client-frames.ts";
import type { RoomContext } from "../context.ts";
import { findTarget } from "../target.ts";
import type { MemberCommand } from "./command.ts";

export const react: MemberCommand<ReactFrame> = {
  needs: "joined",
  rate: "react",
  isSpeech: true,
  run(context, author, { of, emoji, on, id, epoch }, now) {
    if (!isThere(context, of, epoch))
      context.sendError(author.via, "gone", { id });
    else if (!context.messageUpdates.react(author, { of, emoji, on, id }, now))
      context.sendError(author.via, "forbidden", {
        id,
        message: "This message has as many reactions as it can have.",
      });
  },
};

/** Finds the message, without the log if it has reactions already. */
function isThere(
  context: RoomContext,
  of: number,
  epoch: string | undefined,
): boolean {
  const { log, messageUpdates } = context;
  const isOurs = epoch === undefined || epoch === log.epoch;
  if (isOurs && of >= log.oldest && messageUpdates.hasReactions(of))
    return true;
  return findTarget(context, of, epoch) !== null;
}
