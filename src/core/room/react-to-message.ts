// React to message: a user reacts to a message that is there with an emoji, or takes the reaction back.
import type { ReactFrame } from "../../protocol/client-frames.ts";
import type { Refusal } from "../shared/refusal.ts";
import type { Author } from "./author.ts";
import type { RoomContext } from "./context.ts";
import type { AckReceiver } from "./reactions.ts";
import { findTarget } from "./target.ts";

/**
 * @param to gets the ack
 * @returns why the user may not react; null: the ack comes
 */
export function reactToMessage(
  context: RoomContext,
  author: Pick<Author, "user" | "username">,
  { of, emoji, on, id, epoch }: ReactFrame,
  to: AckReceiver,
  now: number,
): Refusal | null {
  if (!isThere(context, of, epoch)) return { code: "gone" };
  const reaction = { of, emoji, on, id };
  if (context.messageUpdates.react(author, reaction, to, now)) return null;
  return {
    code: "forbidden",
    message: "This message has as many reactions as it can have.",
  };
}

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
