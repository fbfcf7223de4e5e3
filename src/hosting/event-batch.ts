// Event batch: the lines of a room's log become a batch of events, each with an id, a type and a time.
import type { DeliverEvents } from "../core/shared/event-batches.ts";
import { EVENT_NAMES, isEventType } from "../protocol/events.ts";
import type { RoomEvent } from "../protocol/server-frames.ts";

/** An event as the app's hook and webhooks get it. */
export interface BatchEvent {
  /** The same event has the same id each time. */
  readonly id: string;
  readonly type: string;
  /** In ISO 8601. */
  readonly timestamp: string;
  readonly data: object;
}

export interface Batch {
  readonly room: string;
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  readonly events: readonly BatchEvent[];
}

export function readEventBatch(op: DeliverEvents): Batch {
  const { room, epoch, from, to, lines, gapAfter, at } = op;
  const timestamp = new Date(at).toISOString();
  const events: BatchEvent[] =
    gapAfter === undefined
      ? lines.map((line) => eventOf(epoch, JSON.parse(line)))
      : [
          {
            ...{ id: `${epoch}:gap-${to}`, type: "webhook.gap", timestamp },
            data: {
              ...{ room, epoch, from, to },
              after: `${gapAfter.epoch}:${gapAfter.seq}`,
            },
          },
        ];
  return { room, epoch, from, to, events };
}

/** @param frame a line of ours, as the log holds it */
function eventOf(epoch: string, frame: RoomEvent): BatchEvent {
  const { type, seq, at } = frame;
  const id = `${epoch}:${seq}`;
  const timestamp = new Date(at).toISOString();
  // A log that came from a newer release may have other kinds.
  const name = isEventType(type) ? EVENT_NAMES[type] : type;
  return { id, type: name, timestamp, data: frame };
}
