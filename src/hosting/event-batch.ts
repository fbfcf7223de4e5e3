// Event batch: the lines of a room's log become a batch of events, each with an id, a type and a time.
import type { DeliverEvents } from "../core/shared/event-batches.ts";
import type { PrivateMessage } from "../protocol/client-frames.ts";
import { EVENT_NAMES, isEventType } from "../protocol/events.ts";
import type { RoomEvent } from "../protocol/server-frames.ts";
import { isoTime } from "./iso-time.ts";

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
  /** Empty: the events are private messages. */
  readonly room: string;
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  readonly events: readonly BatchEvent[];
}

export function readEventBatch(op: DeliverEvents): Batch {
  const { room, epoch, from, to, lines, gapAfter, notices, at } = op;
  const timestamp = isoTime(at);
  const header = { room, epoch, from, to };
  if (notices !== undefined)
    return {
      ...header,
      events: notices.map(({ type, version, data }) => ({
        ...{ id: `${epoch}:p${version}`, type, timestamp },
        data: { room, ...data, at },
      })),
    };
  if (gapAfter === undefined)
    return {
      ...header,
      events: lines
        .filter((line) => line !== "")
        .map((line) => eventOf(epoch, JSON.parse(line))),
    };
  const after = `${gapAfter.epoch}:${gapAfter.seq}`;
  const id = `${epoch}:gap-${to}`;
  const place = room === "" ? {} : { room };
  const data = { ...place, epoch, from, to, after };
  return { ...header, events: [{ id, type: "webhook.gap", timestamp, data }] };
}

/** @param frame a line of ours, as the log or a mailbox holds it */
function eventOf(epoch: string, frame: RoomEvent | PrivateMessage): BatchEvent {
  const timestamp = isoTime(frame.at);
  if (frame.type === "private") {
    const id = `${epoch}:${frame.mail}`;
    return { id, type: "private.created", timestamp, data: frame };
  }
  const { type, seq } = frame;
  // A log that came from a newer release may have other kinds.
  const name = isEventType(type) ? EVENT_NAMES[type] : type;
  return { id: `${epoch}:${seq}`, type: name, timestamp, data: frame };
}
