// Target: a frame names a message by its seq, and the room finds that message, unless it is gone.
import type { ClientFrame } from "../../protocol/client-frames.ts";
import type { RoomEvent, RoomMessage } from "../../protocol/room-events.ts";
import type { Author } from "./author.ts";
import type { RoomContext } from "./context.ts";

/**
 * @param epoch the epoch of the seq, as the client knows it; undefined: the present one
 * @returns the stored message; null: it is not stored, erased, or of another epoch
 */
export function findTarget(
  { log }: Pick<RoomContext, "log">,
  seq: number,
  epoch: string | undefined,
): RoomMessage | null {
  if (epoch !== undefined && epoch !== log.epoch) return null;
  const line = log.line(seq);
  if (line === null) return null;
  const event: RoomEvent = JSON.parse(line);
  return event.type === "message" ? event : null;
}

/**
 * A person who types need not know the seq of the newest message.
 *
 * @returns the frame with the seq in the place of a 0; null: there is no message
 */
export function nameTarget(
  context: RoomContext,
  { user }: Author,
  frame: ClientFrame,
  now: number,
): ClientFrame | null {
  if (frame.type === "message") {
    if (frame.replyTo !== 0) return frame;
    const replyTo = newestMessage(context, now);
    return replyTo === null ? null : { ...frame, replyTo };
  }
  if (!("of" in frame) || frame.of !== 0) return frame;
  const isOwn = frame.type === "edit" || frame.type === "delete";
  const of = newestMessage(context, now, isOwn ? user : undefined);
  return of === null ? null : { ...frame, of };
}

/** Events among which the newest message is looked for. */
const NEWEST_EVENTS = 1000;
const STEP = 50;

/**
 * @param user only messages of this user; undefined: of anybody
 * @returns the seq of the newest message; null: there is none among the newest
 *   1,000 events
 */
function newestMessage(
  context: RoomContext,
  now: number,
  user?: string,
): number | null {
  const { log } = context;
  // The newest message may wait.
  context.flush(now);
  let before = log.head + 1;
  const last = Math.max(log.oldest, before - NEWEST_EVENTS);
  while (before > last) {
    const { lines } = log.before(before, STEP);
    if (lines.length === 0) return null;
    for (const line of lines.toReversed()) {
      before--;
      const event: RoomEvent = JSON.parse(line);
      if (event.type !== "message") continue;
      if (user === undefined || event.user === user) return event.seq;
    }
  }
  return null;
}
