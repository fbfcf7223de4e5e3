// Erased lines: the lines of the log that hold a message's text are written anew without it.
import type {
  EditedEvent,
  ErasedEvent,
  RoomEvent,
  RoomMessage,
} from "../../protocol/room-events.ts";
import type { Log } from "./log.ts";

/** @returns the lines without the message, by their seq */
export function erasedLines(
  log: Log,
  message: RoomMessage,
): Map<number, string> {
  const changes = new Map([[message.seq, erasedLine(message)]]);
  const edited = emptiedEdit(log, message);
  if (edited !== null) changes.set(edited.seq, JSON.stringify(edited));
  return changes;
}

/** @returns the line that is left of a message */
export function erasedLine(message: RoomMessage): string {
  const { seq, room, user, username, at, thread, by } = message;
  // A command that is sent again has to be known, as it was by `by`.
  const id = message.id ?? by?.id;
  const left: ErasedEvent = {
    ...{ type: "erased", seq, room, user, username },
    ...(thread !== undefined && { thread }),
    at,
    ...(id !== undefined && { id }),
  };
  return JSON.stringify(left);
}

/**
 * A text does not outlive its message in an edit, where nobody could delete it.
 *
 * @param dropped messages that the log has dropped, as JSON
 * @returns the lines of their newest edits without the text, by seq
 */
export function emptiedEdits(
  log: Log,
  dropped: readonly string[],
): Map<number, string> {
  const changes = new Map<number, string>();
  for (const line of dropped) {
    const edited = emptiedEdit(log, JSON.parse(line));
    if (edited !== null) changes.set(edited.seq, JSON.stringify(edited));
  }
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
