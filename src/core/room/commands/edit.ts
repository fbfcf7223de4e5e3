// Edit command: an author changes the text of a message, and no older text of it stays.
import type { EditFrame } from "../../../protocol/client-frames.ts";
import * as LIMITS from "../../../protocol/limits.ts";
import type { RoomEvent, RoomMessage } from "../../../protocol/room-events.ts";
import type { Refusal } from "../../shared/refusal.ts";
import { append } from "../append.ts";
import type { MemberAuthor } from "../author.ts";
import { checkEditTime, isOwn } from "../authorship.ts";
import type { RoomContext } from "../context.ts";
import { emptiedEdit } from "../erased-lines.ts";
import { findTarget } from "../target.ts";
import type { MemberCommand } from "./command.ts";

export const edit: MemberCommand<EditFrame> = {
  needs: "joined",
  rate: "send",
  isAppended: true,
  isSpeech: true,
  hook: {
    name: "message",
    ask: (hooks, question, { of, text, data, id }) =>
      hooks.message?.({
        ...question,
        ...{ kind: "edit", of, text },
        ...(data !== undefined && { data }),
        ...(id !== undefined && { id }),
      }) ?? null,
  },
  check: (context, author, frame, now) => {
    const found = findEditable(context, author, frame, now);
    return "refusal" in found ? found.refusal : null;
  },
  run(context, author, frame, now) {
    const { id, text } = frame;
    const found = findEditable(context, author, frame, now);
    if ("refusal" in found) {
      context.sendError(author.via, found.refusal.code, {
        ...{ message: found.refusal.message, id },
      });
      return;
    }
    const { message } = found;
    const { log } = context;
    const data = "data" in frame ? frame.data : message.data;
    const own = { text, ...(data !== undefined && { data }) };
    const { data: _, ...rest } = message;
    const edited: RoomMessage = {
      ...{ ...rest, ...own, edited: now },
      editSeq: log.head + 1,
      edits: (message.edits ?? 0) + 1,
    };
    const changes = new Map<number, RoomEvent>([[message.seq, edited]]);
    const before = emptiedEdit(log, message);
    if (before !== null) changes.set(before.seq, before);
    context.rewrite(
      new Map([...changes].map(([seq, event]) => [seq, JSON.stringify(event)])),
    );
    append(
      context,
      author,
      { type: "edited", of: message.seq, ...own },
      id,
      now,
    );
    context.flush(now);
  },
};

/** Finds the message, after all that waits has been stored. */
function findEditable(
  context: RoomContext,
  author: MemberAuthor,
  { of, epoch, was }: EditFrame,
  now: number,
): { message: RoomMessage } | { refusal: Refusal } {
  context.flush(now);
  const message = findTarget(context, of, epoch);
  if (message === null) return { refusal: { code: "gone" } };
  // The text is the app's, which the author must not put words into.
  if (!isOwn(author, message) || message.by !== undefined)
    return { refusal: { code: "forbidden" } };
  if (was !== undefined && was !== (message.editSeq ?? 0))
    return { refusal: { code: "gone" } };
  const tooLate = checkEditTime(context, message, now);
  if (tooLate !== null) return { refusal: tooLate };
  if ((message.edits ?? 0) < LIMITS.editsPerMessageMax) return { message };
  const words = `A message can be edited ${LIMITS.editsPerMessageMax} times.`;
  return { refusal: { code: "forbidden", message: words } };
}
