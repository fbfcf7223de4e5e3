// Message command: a member's text becomes an event of the room's log, and is acked once it is stored.
import type { MessageFrame } from "../../../protocol/client-frames.ts";
import type { Refusal } from "../../shared/refusal.ts";
import { append } from "../append.ts";
import type { RoomContext } from "../context.ts";
import { findTarget } from "../target.ts";
import type { MemberCommand } from "./command.ts";

export const message: MemberCommand<MessageFrame> = {
  needs: "joined",
  rate: "send",
  isAppended: true,
  isSpeech: true,
  hook: {
    name: "message",
    ask: (hooks, question, { text, data, id }) =>
      hooks.message?.({
        ...question,
        text,
        ...(data !== undefined && { data }),
        ...(id !== undefined && { id }),
      }) ?? null,
  },
  check: (context, _author, frame) => refuseAnswer(context, frame),
  run(context, author, frame, now) {
    const { text, data, id, replyTo, thread } = frame;
    const refusal = refuseAnswer(context, frame);
    if (refusal !== null) {
      context.sendError(author.via, refusal.code, { ...refusal, id });
      return;
    }
    const { seq } = append(
      context,
      author,
      {
        type: "message",
        text,
        ...(data !== undefined && { data }),
        ...(replyTo !== undefined && { replyTo }),
        ...(thread !== undefined && { thread }),
      },
      id,
      now,
    );
    if (thread !== undefined) context.messageUpdates.replied(thread, seq);
  },
};

/** @returns the refusal if a message that it names is gone, or no place for it */
function refuseAnswer(
  context: RoomContext,
  { replyTo, thread, epoch }: MessageFrame,
): Refusal | null {
  if (replyTo === undefined && thread === undefined) return null;
  const isQuoteGone =
    replyTo !== undefined && findTarget(context, replyTo, epoch) === null;
  const root = thread === undefined ? null : findTarget(context, thread, epoch);
  if (isQuoteGone || (thread !== undefined && root === null))
    return { code: "gone" };
  if (root?.thread === undefined) return null;
  const message = `thread: message ${root.seq} is in the thread ${root.thread}.`;
  return { code: "bad_request", message };
}
