// Event batcher: a room cuts its log into batches for endpoints, from memory where the newest events are there.
import { byteLength } from "../chunks.ts";
import type { DeliverEvents, EventPosition } from "../event-batches.ts";
import { RecentEvents } from "./recent-events.ts";

/** A batch has at most so many events and bytes of JSON, unless one has more. */
const BATCH_EVENTS = 100;
const BATCH_BYTES = 64 * 1024;
/** An event's id, type and time are beside its JSON in a batch. */
const ENVELOPE_BYTES = 160;
/** A unit of a string has at most so many bytes in UTF-8. */
const UNIT_BYTES_MAX = 3;

/** The numbered events of one object, as the delivery reads them. */
export interface EventLog {
  /** Names the numbering; null: there are no events yet. */
  readonly epoch: string | null;
  /** The number of the newest event. */
  readonly head: number;
  hasAllAfter(seq: number): boolean;
  /** @returns the first events after a number, as JSON; empty: none for apps */
  after(seq: number, limit: number): { readonly lines: readonly string[] };
}

/** The object whose events are delivered. */
export interface BatchSource {
  readonly name: string;
  readonly log: EventLog;
  /** It is the directory of a name, whose private messages are the events. */
  readonly isDirectory: boolean;
  /** The events are reports: the newest event of the room's log, for the batch. */
  roomHead?(): EventPosition;
}

type BatchHeader = Pick<
  DeliverEvents,
  "type" | "room" | "isPrivate" | "reportsAt"
>;

export class EventBatcher {
  readonly #source: BatchSource;
  readonly #recent = new RecentEvents();

  constructor(source: BatchSource) {
    this.#source = source;
  }

  /** @param lines the JSON of the events that are new in the log */
  stored(epoch: string, first: number, lines: readonly string[]): void {
    this.#recent.add(epoch, first, lines);
  }

  /** The fields of each batch of this object. */
  header(): BatchHeader {
    const { name: room, isDirectory } = this.#source;
    const reportsAt = this.#source.roomHead?.();
    if (reportsAt !== undefined) return { type: "events", room, reportsAt };
    // The key of a name stays here.
    return isDirectory
      ? { type: "events", room: "", isPrivate: true }
      : { type: "events", room };
  }

  /** No endpoint needs the newest events any more. */
  forget(): void {
    this.#recent.clear();
  }

  /**
   * Have the events after a position more bytes than a batch? It looks only at
   * those in memory, so the answer may be no where a few are not.
   */
  isFullAfter({ epoch, seq }: EventPosition): boolean {
    const lines = this.#recent.keptAfter(epoch, seq);
    let length = 0;
    for (const line of lines) length += line.length;
    // Most texts are short, and need not be looked through.
    if (length * UNIT_BYTES_MAX + lines.length * ENVELOPE_BYTES <= BATCH_BYTES)
      return false;
    return cutBatch(lines).length < lines.length;
  }

  /**
   * Makes the next batch of an endpoint.
   *
   * @param end the newest event that it may have; null: any
   * @param skips all events until now are left out
   */
  after(
    position: EventPosition,
    { end, skips }: { readonly end: number | null; readonly skips: boolean },
    now: number,
  ): DeliverEvents {
    const { log } = this.#source;
    const { head } = log;
    const epoch = log.epoch ?? "";
    const isSameLog = position.epoch === epoch;
    const from = isSameLog ? position.seq + 1 : 1;
    const header = { ...this.header(), epoch, from };
    if (skips || !isSameLog || !log.hasAllAfter(position.seq))
      return { ...header, to: head, lines: [], gapAfter: position, at: now };
    const limit =
      end === null || end <= position.seq
        ? BATCH_EVENTS
        : Math.min(BATCH_EVENTS, end - position.seq);
    const recent = this.#recent.after(epoch, position.seq);
    const lines = cutBatch(
      (recent ?? log.after(position.seq, limit).lines).slice(0, limit),
    );
    return { ...header, to: position.seq + lines.length, lines, at: now };
  }
}

function cutBatch(lines: readonly string[]): readonly string[] {
  let [count, bytes] = [0, 0];
  for (const line of lines) {
    bytes += byteLength(line) + ENVELOPE_BYTES;
    if (count > 0 && bytes > BATCH_BYTES) break;
    count++;
  }
  return lines.slice(0, count);
}
