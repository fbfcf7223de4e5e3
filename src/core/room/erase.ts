// Erase: a message that is deleted leaves nothing but its number and its author.
import type { RoomMessage } from "../../protocol/room-events.ts";
import type { RoomContext } from "./context.ts";
import { erasedLines } from "./erased-lines.ts";

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
