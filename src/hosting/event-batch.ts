// Event batch: the lines of a room's log become a batch of events, each with an id, a type and a time.
import type { DeliverEvents } from "../core/shared/event-batches.ts";
import type { PrivateMessage } from "../protocol/client-frames.ts";
import { EVENT_NAMES, isEventType } from "../protocol/events.ts";
import type { ReportedFrame } from "../protocol/report-frames.ts";
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
  const header = { room, ...placeOf(op) };
  // The queue of the room has the reports that an endpoint has missed.
  if (op.reportsAt !== undefined && gapAfter !== undefined)
    return { ...header, events: [] };
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

/** @returns the place of a batch in the log; `from` above `to`: it has no event of it */
export function placeOf({
  epoch,
  from,
  to,
  reportsAt,
}: DeliverEvents): Omit<Batch, "room" | "events"> {
  if (reportsAt === undefined) return { epoch, from, to };
  const { epoch: present, seq } = reportsAt;
  return { epoch: present, from: seq + 1, to: seq };
}

/** @param frame a line of ours, as the log or a mailbox holds it */
function eventOf(
  epoch: string,
  frame: RoomEvent | PrivateMessage | ReportedFrame,
): BatchEvent {
  const timestamp = isoTime(frame.at);
  if (frame.type === "reported") {
    const id = `${epoch}:r${frame.report}`;
    return { id, type: "report.created", timestamp, data: frame };
  }
  if (frame.type === "private") {
    const id = `${epoch}:${frame.mail}`;
    return { id, type: "private.created", timestamp, data: frame };
  }
  const { type, seq } = frame;
  // A log that came from a newer release may have other kinds.
  const name = isEventType(type) ? EVENT_NAMES[type] : type;
  return { id: `${epoch}:${seq}`, type: name, timestamp, data: frame };
}
