// Purged lines: the lines of the log that hold a text of a user who is purged are replaced by what is left of them.
import type { RoomEvent, RoomMessage } from "../../protocol/room-events.ts";
import { erasedLine } from "./erased-lines.ts";
import type { SweptLines } from "./log-sweep.ts";

/** All that one user said in a part of the log, since a time. */
export interface PurgeRange {
  /** The public id. */
  readonly user: string;
  /** The first and the last seq. */
  readonly from: number;
  readonly to: number;
  /** Ms since 1970. */
  readonly since: number;
}

const NONE: SweptLines = { changes: new Map(), erased: [] };

/**
 * An edit is said when it is made: a message from before `since` is erased, too,
 * if its text is newer.
 *
 * @param first the seq of the first line
 * @param lineOf reads the stored line of an event; null: there is none
 */
export function purgedLines(
  range: PurgeRange,
  first: number,
  lines: readonly string[],
  lineOf: (seq: number) => string | null,
): SweptLines {
  const { user, from, to } = range;
  if (first > to || first + lines.length <= from) return NONE;
  // Few lines are the user's: the others are not parsed.
  const author = `"user":${JSON.stringify(user)}`;
  const changes = new Map<number, string>();
  const erased: RoomMessage[] = [];
  for (const [i, line] of lines.entries()) {
    const seq = first + i;
    if (seq < from || seq > to || !line.includes(author)) continue;
    const event: RoomEvent = JSON.parse(line);
    if (event.type === "message" && isPurged(range, event)) {
      erased.push(event);
      changes.set(seq, erasedLine(event));
    } else if (event.type === "edited" && event.user === user) {
      const { text, data: _, ...rest } = event;
      if (text === undefined) continue;
      const { of, at } = event;
      const isGone =
        at >= range.since || isLineGone(range, lines[of - first] ?? lineOf(of));
      if (isGone) changes.set(seq, JSON.stringify(rest));
    }
  }
  return { changes, erased };
}

function isPurged(
  { user, since }: PurgeRange,
  { user: author, at, edited = at }: RoomMessage,
): boolean {
  return author === user && Math.max(at, edited) >= since;
}

/** The clock was set back between the message and its edit. */
function isLineGone(range: PurgeRange, line: string | null): boolean {
  if (line === null) return false;
  const event: RoomEvent = JSON.parse(line);
  return (
    event.type === "erased" ||
    (event.type === "message" && isPurged(range, event))
  );
}
