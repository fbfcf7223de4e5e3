// Unread count: a room counts the messages of other users after a read marker, from the newest back.
import * as LIMITS from "../../protocol/limits.ts";
import type { RoomEvent } from "../../protocol/room-events.ts";
import type { RoomContext } from "./context.ts";

/** The count looks at no more than the newest events. */
const EVENTS_MAX = 4096;
/** Events that one query reads. */
const STEP = 64;
const MESSAGE = '{"type":"message"';

/**
 * @param user the public id of the reader, whose own messages do not count
 * @param read the `seq` up to which the reader has read
 * @returns 0 to 100; 100: that many or more
 */
export function countUnread(
  { log }: Pick<RoomContext, "log">,
  user: string,
  read: number,
): number {
  const last = Math.max(read, log.oldest - 1, log.head - EVENTS_MAX);
  const own = `"user":"${user}"`;
  let count = 0;
  let before = log.head + 1;
  while (before - 1 > last) {
    const limit = Math.min(STEP, before - 1 - last);
    const { lines } = log.before(before, limit);
    if (lines.length === 0) return count;
    for (const line of lines) if (isOthers(line, own, user)) count++;
    if (count >= LIMITS.unreadCountMax) return LIMITS.unreadCountMax;
    before -= lines.length;
  }
  return count;
}

function isOthers(line: string, own: string, user: string): boolean {
  if (!line.startsWith(MESSAGE)) return false;
  // Data of an app may hold the same characters.
  if (!line.includes(own)) return true;
  const event: RoomEvent = JSON.parse(line);
  return event.type === "message" && event.user !== user;
}
