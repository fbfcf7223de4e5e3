// Event lag: an endpoint does not have so many of the stored events yet.
import type { EventPosition } from "../event-batches.ts";
import type { EventLog } from "./event-batcher.ts";

/** Has the log events that an endpoint does not have? */
export function isBehind(
  { epoch, head }: EventLog,
  position: EventPosition | null,
): boolean {
  if (position === null || epoch === null) return false;
  return position.epoch !== epoch || position.seq !== head;
}

/** @returns the number of events that an endpoint does not have */
export function lagOf(log: EventLog, position: EventPosition | null): number {
  if (position === null || !isBehind(log, position)) return 0;
  return position.epoch === log.epoch ? log.head - position.seq : log.head;
}

/** Can an endpoint get the events after its position, without a gap? */
export function hasNoGap(
  log: EventLog,
  position: EventPosition | null,
): boolean {
  if (position === null) return true;
  return position.epoch === log.epoch && log.hasAllAfter(position.seq);
}
