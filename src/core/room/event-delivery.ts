// Event delivery: a room hands its stored events to the app's endpoints, in order, until each has arrived.

import type { Calls } from "../shared/calls.ts";
import type { Callee, LogEntry, Sql } from "../shared/contract.ts";
import { isDue } from "../shared/deadline.ts";
import type { DeliverEvents } from "../shared/event-batches.ts";
import type { Reply } from "../shared/rpc.ts";
import type { Schedule, ScheduleEntry } from "../shared/schedule.ts";
import type { Connection } from "./connection.ts";
import { DeliveryFailures } from "./delivery-failures.ts";
import type { Endpoint } from "./endpoints.ts";
import { EventBatcher } from "./event-batcher.ts";
import { EventCursor } from "./event-cursor.ts";
import { formatCursors, parseCursors } from "./event-cursor-format.ts";
import type { Log } from "./log.ts";

/** The part of a room that the delivery needs. */
export interface EventDeliveryRoom {
  readonly name: string;
  readonly sql: Sql;
  readonly log: Log;
  readonly calls: Calls;
  readonly schedule: Schedule;
  readonly joined: ReadonlySet<Connection>;
  /** Stores a connection's attachment, which outlives a sleep. */
  persist(connection: Connection): void;
  writeLog(entry: LogEntry): void;
}

/** After a crash so many events at most are delivered again, and a batch. */
const UNSAVED_EVENTS = 256;
/** A crash delays events by this time at most, ms. */
const ALARM_MS = 60_000;
/** A room without connections writes its cursor once in this time at most, ms. */
const SAVE_MS = 10_000;
/** A longer wait is by the alarm, so that the room can sleep. */
const TIMER_MAX_MS = 10_000;

/** The names of the schedule's entries. */
export const EVENT_SCHEDULE = ["event alarm", "event retries"];

interface Delivery {
  readonly to: Callee;
  readonly cursor: EventCursor;
  /** The batch that has no answer yet. */
  inFlight: DeliverEvents | null;
  readonly failures: DeliveryFailures;
  /** Where there is no connection, no row is written before this time. */
  saveAt: number;
}

export class EventDelivery {
  readonly #room: EventDeliveryRoom;
  readonly #deliveries: readonly Delivery[];
  readonly #alarm: ScheduleEntry;
  readonly #timer: ScheduleEntry;
  readonly #batcher: EventBatcher;
  /** The connection whose attachment has the cursors. */
  #carrier: Connection | null = null;
  #isStopping = false;

  constructor(room: EventDeliveryRoom, endpoints: readonly Endpoint[]) {
    this.#room = room;
    this.#batcher = new EventBatcher(room);
    this.#deliveries = endpoints.map(({ name: endpoint, to, retries }) => ({
      to,
      cursor: new EventCursor(room.sql, room.name, endpoint),
      failures: new DeliveryFailures({
        ...{ sql: room.sql, room: room.name, endpoint, policy: retries },
      }),
      ...{ inFlight: null, saveAt: 0 },
    }));
    const waits = endpoints.map(({ retries }) => retries.waitMaxMs);
    this.#alarm = room.schedule.add({
      ...{ name: "event alarm", clock: "alarm" },
      delayMaxMs: Math.max(...waits),
      run: () => {
        this.#alarm.dueAt = null;
      },
    });
    this.#timer = room.schedule.add({
      ...{ name: "event retries", clock: "timer", delayMaxMs: TIMER_MAX_MS },
      // The end of the event does it all.
      run: () => undefined,
    });
  }

  /** When the alarm is wanted, ms since 1970; Infinity: it is not. */
  get alarmAt(): number {
    return this.#alarm.dueAt ?? Infinity;
  }

  /** A connection's attachment has this from before a sleep. */
  restore(text: string): void {
    const { alarmAt, positions } = parseCursors(text);
    // Several connections may have some: each alarm is later than those before.
    if (alarmAt !== null)
      this.#alarm.dueAt = Math.max(this.#alarm.dueAt ?? 0, alarmAt);
    for (const { cursor } of this.#deliveries) {
      const position = positions.get(cursor.endpoint);
      if (position !== undefined) cursor.restore(position);
    }
  }

  /** @param lines the JSON of the events that are new in the log */
  stored(lines: readonly string[]): void {
    const { epoch, head } = this.#room.log;
    if (epoch === null) return;
    const before = head - lines.length;
    this.#batcher.stored(epoch, before + 1, lines);
    for (const { cursor } of this.#deliveries) {
      if (cursor.position !== null) continue;
      // A new endpoint begins here. The row tells it from one that lags.
      cursor.advance({ epoch, seq: before });
      cursor.save();
    }
  }

  /** Sends, waits and saves: the end of each event of the room. */
  settle(now: number): void {
    for (const delivery of this.#deliveries) this.#sendNext(delivery, now);
    this.#setAlarm(now);
    this.#carry();
    this.#timer.dueAt = null;
    for (const delivery of this.#deliveries) {
      this.#saveInTime(delivery, now);
      const { retryAt } = delivery.failures;
      if (this.#isStopping || retryAt === null || delivery.inFlight !== null)
        continue;
      if (retryAt - now <= TIMER_MAX_MS) this.#wakeAt(retryAt);
    }
  }

  /** The memory and the attachments are about to go. */
  stop(): void {
    this.#isStopping = true;
    for (const { cursor } of this.#deliveries) cursor.save();
  }

  /** One batch is in flight at a time, so the order is strict. */
  #sendNext(delivery: Delivery, now: number): void {
    const { cursor, failures, inFlight, to } = delivery;
    const { position } = cursor;
    if (inFlight !== null || position === null || this.#isStopping) return;
    if (!this.#isLagging(delivery)) return;
    const { retryAt, hasGivenUp: skips, policy } = failures;
    if (retryAt !== null && !isDue(retryAt, now, policy.waitMaxMs)) return;
    const end = failures.batchEnd(this.#room.log.epoch ?? "");
    const batch = this.#batcher.after(position, { end, skips }, now);
    delivery.inFlight = batch;
    this.#room.calls.add(to, batch, (reply, then) =>
      this.#answered(delivery, batch, reply, then),
    );
  }

  #answered(
    delivery: Delivery,
    { epoch, from, to, gapAfter }: DeliverEvents,
    reply: Reply | null,
    now: number,
  ): void {
    const { cursor, failures } = delivery;
    delivery.inFlight = null;
    if (reply?.type === "done") {
      failures.succeeded();
      cursor.advance({ epoch, seq: to });
      this.#forgetDelivered();
      if (gapAfter === undefined) return;
      this.#room.writeLog({ event: "event gap", from, to });
    } else if (reply?.type === "endpoint-gone") {
      failures.gone();
      this.#forgetDelivered();
      this.#room.writeLog({
        event: "endpoint gone",
        endpoint: cursor.endpoint,
      });
    } else {
      const asked = reply?.type === "refused" ? (reply.retryAfter ?? 0) : 0;
      const { hasGivenUp } = failures;
      failures.failed({ epoch, seq: to }, asked, now);
      if (failures.hasGivenUp === hasGivenUp) return;
      this.#room.writeLog({ event: "events given up", from, to });
    }
  }

  #forgetDelivered(): void {
    if (!this.#deliveries.some((delivery) => this.#isLagging(delivery)))
      this.#batcher.forget();
  }

  #isLagging({ cursor: { position }, failures }: Delivery): boolean {
    const { epoch, head } = this.#room.log;
    if (position === null || epoch === null || failures.isGone) return false;
    return position.epoch !== epoch || position.seq !== head;
  }

  /** While an endpoint lags, an alarm is set: it outlives a crash. */
  #setAlarm(now: number): void {
    for (const delivery of this.#deliveries) {
      if (!this.#isLagging(delivery)) continue;
      const { retryAt } = delivery.failures;
      const isLongWait =
        delivery.inFlight === null &&
        retryAt !== null &&
        retryAt > now + TIMER_MAX_MS;
      const at = isLongWait ? retryAt : now + ALARM_MS;
      this.#alarm.dueAt = Math.min(this.alarmAt, at);
    }
  }

  /** Stores the cursors and the alarm in the attachment of a connection. */
  #carry(): void {
    const { joined } = this.#room;
    let carrier = this.#carrier;
    if (carrier === null || !joined.has(carrier)) {
      // The last connection has left: the row is written at once.
      if (carrier !== null && joined.size === 0)
        for (const delivery of this.#deliveries) delivery.saveAt = 0;
      [carrier = null] = joined;
      this.#carrier = carrier;
    }
    if (carrier === null) return;
    const cursors = formatCursors(
      this.#alarm.dueAt,
      this.#deliveries.map(({ cursor }) => cursor),
    );
    if (cursors === carrier.eventCursors) return;
    carrier.eventCursors = cursors;
    this.#room.persist(carrier);
  }

  /** Writes the row where a crash or a sleep would bring too much again. */
  #saveInTime(delivery: Delivery, now: number): void {
    const { cursor, saveAt } = delivery;
    const { position, stored, unsavedCount } = cursor;
    if (position === null || unsavedCount === 0) return;
    const { log } = this.#room;
    // Otherwise a crash would take delivered events for a gap.
    const isOvertaken = stored !== null && !log.hasAllAfter(stored.seq);
    const isWaiting = unsavedCount < UNSAVED_EVENTS && !isOvertaken;
    if (isWaiting && this.#carrier !== null) return;
    if (isWaiting && !isDue(saveAt, now, SAVE_MS)) this.#wakeAt(saveAt);
    else {
      cursor.save();
      delivery.saveAt = now + SAVE_MS;
    }
  }

  #wakeAt(at: number): void {
    this.#timer.dueAt = Math.min(this.#timer.dueAt ?? Infinity, at);
  }
}
