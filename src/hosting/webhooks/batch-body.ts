// Batch body: the events of a room become the JSON of a webhook, in which each line of the log stands as it is.
import type { DeliverEvents } from "../../core/shared/event-batches.ts";
import { isEventWanted } from "../../protocol/event-filter.ts";
import { EVENT_NAMES, isEventType } from "../../protocol/events.ts";
import { type BatchEvent, placeOf, readEventBatch } from "../event-batch.ts";
import { isoTime } from "../iso-time.ts";

/**
 * The parts of a stored event that its place in a batch needs. The type comes
 * first; at the end nothing but an id may follow the time, so that neither is of
 * an object within.
 */
const STORED = /^\{"type":"(\w+)","seq":(\d+),/;
const TIME = /"at":(\d+)(?:,"id":"[^"\\]*")?\}$/;

/** An event's type and time, and the event as JSON. */
interface Written {
  readonly type: string;
  readonly timestamp: string;
  readonly json: string;
}

/**
 * @param wanted types of events, as in WEBHOOK_EVENTS
 * @returns null if the app wants none of the events
 */
export function batchBody(
  op: DeliverEvents,
  wanted: readonly string[],
): string | null {
  const isWanted = wantedTypes(wanted);
  const events = write(op).filter(({ type }) => isWanted(type));
  const newest = events.at(-1);
  if (newest === undefined) return null;
  const { room } = op;
  const head = JSON.stringify({
    // Private messages are of no room.
    ...{ ...(room !== "" && { room }), ...placeOf(op) },
  });
  const list = events.map(({ json }) => json).join();
  // The time is the same over the attempts.
  return `{"type":"batch","timestamp":"${newest.timestamp}","data":${head.slice(0, -1)},"events":[${list}]}}`;
}

/** @returns when the oldest stored event happened, ms since 1970; null: there is none */
export function oldestAt({ lines }: DeliverEvents): number | null {
  for (const line of lines) {
    const [, at] = TIME.exec(line) ?? [];
    if (at !== undefined) return Number(at);
  }
  return null;
}

/** Asks once for each type: most events of a batch have the same. */
function wantedTypes(wanted: readonly string[]): (type: string) => boolean {
  const known = new Map<string, boolean>();
  return (type) => {
    const answer = known.get(type) ?? isEventWanted(wanted, type);
    known.set(type, answer);
    return answer;
  };
}

function write(op: DeliverEvents): Written[] {
  const { lines, gapAfter, notices, epoch } = op;
  if (gapAfter !== undefined || notices !== undefined)
    return readEventBatch(op).events.map(writeRead);
  return lines.flatMap((line) => {
    if (line === "") return [];
    const [, type = "", seq = ""] = STORED.exec(line) ?? [];
    const [, at] = TIME.exec(line) ?? [];
    // For example a private message.
    if (at === undefined || !isEventType(type))
      return readEventBatch({ ...op, lines: [line] }).events.map(writeRead);
    const name = EVENT_NAMES[type];
    const timestamp = isoTime(Number(at));
    const header = `{"id":"${epoch}:${seq}","type":"${name}","timestamp":"${timestamp}"`;
    return { type: name, timestamp, json: `${header},"data":${line}}` };
  });
}

function writeRead(event: BatchEvent): Written {
  const { type, timestamp } = event;
  return { type, timestamp, json: JSON.stringify(event) };
}
