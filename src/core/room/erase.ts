// Erase: a message that is deleted leaves nothing but its number and its author.
import type {
  EditedEvent,
  ErasedEvent,
  RoomEvent,
  RoomMessage,
} from "../../protocol/room-events.ts";
import type { RoomContext } from "./context.ts";
import type { Log } from "./log.ts";

/**
 * Replaces a stored message by what is left of it, everywhere. What waits has to
 * be flushed before.
 */
export function eraseMessage(context: RoomContext, message: RoomMessage): void {
  const { log, erasures, board, messageState } = context;
  context.rewrite(erasedLines(log, message));
  messageState.erased(message.seq, message.thread);
  erasures.add(log.epoch ?? "", message.seq);
  board.unpin(message.seq);
}

/** @returns the lines without the message, by their seq */
export function erasedLines(
  log: Log,
  message: RoomMessage,
): Map<number, string> {
  const { seq, room, user, username, at, thread, by } = message;
  // A command that is sent again has to be known, as it was by `by`.
  const id = message.id ?? by?.id;
  const left: ErasedEvent = {
    ...{ type: "erased", seq, room, user, username },
    ...(thread !== undefined && { thread }),
    at,
    ...(id !== undefined && { id }),
  };
  const changes = new Map([[seq, JSON.stringify(left)]]);
  const edited = emptiedEdit(log, message);
  if (edited !== null) changes.set(edited.seq, JSON.stringify(edited));
  return changes;
}

/** @returns the newest edit of a message without its text; null: there is none */
export function emptiedEdit(
  log: Log,
  { seq, editSeq }: RoomMessage,
): EditedEvent | null {
  const line = editSeq === undefined ? null : log.line(editSeq);
  if (line === null) return null;
  const event: RoomEvent = JSON.parse(line);
  if (event.type !== "edited" || event.of !== seq) return null;
  const { text: _, data: __, ...rest } = event;
  return rest;
}
