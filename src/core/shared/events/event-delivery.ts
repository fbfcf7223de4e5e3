// Event delivery: a room hands its stored events to the app's endpoints, in order, until each has arrived.

import { isDue } from "../deadline.ts";
import type { EndpointState } from "../endpoint-requests.ts";
import type { DeliverEvents } from "../event-batches.ts";
import type { Reply } from "../rpc.ts";
import type { ScheduleEntry } from "../schedule.ts";
import { StoredTables } from "../schema.ts";
import { CursorAttachment, presenceName } from "./cursor-attachment.ts";
import { DeliveryFailures } from "./delivery-failures.ts";
import { type Delivery, isPaused, newDelivery } from "./endpoint-delivery.ts";
import type { Endpoint } from "./endpoints.ts";
import { EventBatcher } from "./event-batcher.ts";
import { EventCursor } from "./event-cursor.ts";
import { parseCursors } from "./event-cursor-format.ts";
import { hasNoGap, isBehind, lagOf } from "./event-lag.ts";
import type { CursorCarrier, EventSource } from "./event-source.ts";
import { EventTraces } from "./event-traces.ts";

/** The next flush after so many delivered events writes the row of the cursor. */
const UNSAVED_EVENTS = 256;
/** After a crash so many events at most are delivered again, and a batch. */
const UNSAVED_MAX = 2 * UNSAVED_EVENTS;
/** A crash delays events by this time at most, ms. */
const ALARM_MS = 60_000;
/** A room without connections writes its cursor once in this time at most, ms. */
const SAVE_MS = 10_000;
/** A longer wait is by the alarm, so that the room can sleep. */
const TIMER_MAX_MS = 10_000;

/** The names of the schedule's entries, and of those for the reports of a room. */
export const EVENT_SCHEDULE = ["event alarm", "event retries"];
export const REPORT_SCHEDULE = ["report alarm", "report retries"];

export class EventDelivery<C extends CursorCarrier> {
  readonly #source: EventSource<C>;
  readonly #deliveries: readonly Delivery[];
  readonly #alarm: ScheduleEntry;
  readonly #timer: ScheduleEntry;
  readonly #batcher: EventBatcher;
  readonly #traces = new EventTraces();
  readonly #attachment: CursorAttachment<C>;
  #isStopping = false;
  /** More than the head of the log and the answers may differ since the last `settle`. */
  #hasChanged = true;
  #settledHead = 0;

  constructor(source: EventSource<C>, endpoints: readonly Endpoint[]) {
    this.#source = source;
    this.#batcher = new EventBatcher(source);
    const { sql, name } = source;
    const tables = new StoredTables(sql);
    this.#deliveries = endpoints.map((endpoint) =>
      newDelivery(endpoint, {
        cursor: new EventCursor(sql, name, endpoint.name, tables),
        failures: new DeliveryFailures({
          ...{ sql, tables, room: name },
          ...{ endpoint: endpoint.name, policy: endpoint.retries },
        }),
        presence: source.createFeed(endpoint, tables),
      }),
    );
    this.#attachment = new CursorAttachment(source, this.#deliveries);
    const names =
      source.roomHead === undefined ? EVENT_SCHEDULE : REPORT_SCHEDULE;
    const [alarm = "", retries = ""] = names;
    const waits = endpoints.map(({ retries }) => retries.waitMaxMs);
    this.#alarm = source.schedule.add({
      ...{ name: alarm, clock: "alarm" },
      delayMaxMs: Math.max(...waits),
      run: () => {
        this.#alarm.dueAt = null;
      },
    });
    this.#timer = source.schedule.add({
      ...{ name: retries, clock: "timer", delayMaxMs: TIMER_MAX_MS },
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
    for (const { cursor, presence } of this.#deliveries) {
      const position = positions.get(cursor.endpoint);
      if (position !== undefined) cursor.restore(position);
      const stamp = positions.get(presenceName(cursor));
      if (stamp !== undefined) presence?.restoreStamp(stamp.seq);
    }
  }

  /** All connections are restored. */
  begin(): void {
    for (const { presence } of this.#deliveries) presence?.begin();
  }

  /** @param key of the name of a member who has joined or left */
  memberChanged(key: string): void {
    this.#hasChanged = true;
    for (const { presence } of this.#deliveries) presence?.changed(key);
  }

  /** The request that is handled at present leads to this event. */
  traced(seq: number): void {
    this.#traces.note(seq, this.#source.calls.traceparent);
  }

  /** @param lines the JSON of the events that are new in the log */
  stored(lines: readonly string[]): void {
    const { epoch, head } = this.#source.log;
    if (epoch === null) return;
    const before = head - lines.length;
    this.#batcher.stored(epoch, before + 1, lines);
    // A directory stores at once; a room knows the trace before its flush.
    if (this.#source.isDirectory) this.traced(head);
    for (const { cursor } of this.#deliveries) {
      if (cursor.position !== null) continue;
      // A new endpoint begins here. The row tells it from one that lags.
      cursor.advance({ epoch, seq: before });
      cursor.save();
    }
  }

  /** Stored events were replaced: the next batch is read from the log. */
  rewritten(): void {
    this.#batcher.forget();
  }

  /** Sends, waits and saves: the end of each event of the room. */
  settle(now: number): void {
    if (this.#isSettled(now)) return;
    const { head } = this.#source.log;
    const hasFlushed = this.#settledHead !== head;
    this.#hasChanged = false;
    this.#settledHead = head;
    for (const delivery of this.#deliveries) this.#sendNext(delivery, now);
    this.#setAlarm(now);
    // The last connection has left: the row is written at once.
    if (!this.#attachment.update(this.#alarm.dueAt, now))
      for (const delivery of this.#deliveries) delivery.saveAt = 0;
    this.#timer.dueAt = null;
    for (const delivery of this.#deliveries) {
      this.#saveInTime(delivery, hasFlushed, now);
      if (this.#isStopping || delivery.inFlight !== null) continue;
      const { isGone, retryAt } = delivery.failures;
      const presenceAt = isGone ? null : delivery.presence?.dueAt(now);
      const at = Math.max(retryAt ?? 0, presenceAt ?? 0);
      if (this.#isPaused(delivery, now)) this.#wakeAt(delivery.pausedUntil);
      if (at > now && at <= now + TIMER_MAX_MS) this.#wakeAt(at);
    }
  }

  /** Most events of a busy room come while all batches are on their way, or wait. */
  #isSettled(now: number): boolean {
    const wakesAt = this.#timer.dueAt ?? Infinity;
    return (
      !this.#hasChanged &&
      this.#settledHead === this.#source.log.head &&
      this.#alarm.dueAt !== null &&
      wakesAt > now &&
      this.#attachment.isCurrent &&
      this.#deliveries.every(
        ({ inFlight, pausedUntil }) =>
          inFlight !== null || wakesAt <= pausedUntil,
      )
    );
  }

  /** The events are gone, and so are the cursors: another log begins anew. */
  reset(): void {
    this.#hasChanged = true;
    for (const delivery of this.#deliveries) {
      delivery.cursor.delete();
      delivery.failures.forget();
      // Its answer is for events that are gone.
      delivery.inFlight = null;
    }
    this.#batcher.forget();
    this.#traces.forget(Infinity);
  }

  /** How far each endpoint is. */
  states(): EndpointState[] {
    return this.#deliveries.map(({ cursor, failures }) => ({
      name: cursor.endpoint,
      position: cursor.position,
      lag: lagOf(this.#source.log, cursor.position),
      ...failures.summary,
    }));
  }

  /**
   * Endpoints get stored events once more, and then all that follow. One that
   * waits after a failure, or is gone, is asked at once.
   *
   * @param endpoint the name of one; null: all of them
   * @param from a seq that is stored, or will be the next one
   * @returns the names of the endpoints; null: one of them has to hear of a gap
   * first, and is asked now
   */
  replay(endpoint: string | null, from: number): string[] | null {
    const { log } = this.#source;
    const { epoch } = log;
    const chosen = this.#deliveries.filter(
      ({ cursor }) => endpoint === null || cursor.endpoint === endpoint,
    );
    for (const delivery of chosen) this.#retryNow(delivery);
    const mayReplay = chosen.every(({ cursor }) =>
      hasNoGap(log, cursor.position),
    );
    if (epoch === null || !mayReplay) return null;
    for (const { cursor } of chosen) {
      // Nothing is skipped that is on its way.
      const seq = Math.min(cursor.position?.seq ?? Infinity, from - 1);
      cursor.advance({ epoch, seq });
      cursor.save();
    }
    this.#attachment.forget();
    return chosen.map(({ cursor }) => cursor.endpoint);
  }

  /** Endpoints, or one of a name, are asked at once, also those that are gone. */
  retryNow(endpoint: string | null): void {
    for (const delivery of this.#deliveries)
      if (endpoint === null || delivery.cursor.endpoint === endpoint)
        this.#retryNow(delivery);
  }

  #retryNow(delivery: Delivery): void {
    this.#hasChanged = true;
    delivery.isOutdated = true;
    delivery.failures.retryNow();
  }

  /** The memory and the attachments are about to go. */
  stop(): void {
    [this.#isStopping, this.#hasChanged] = [true, true];
    for (const { cursor } of this.#deliveries) cursor.save();
  }

  /** One batch is in flight at a time, so the order is strict. */
  #sendNext(delivery: Delivery, now: number): void {
    const { failures, inFlight, to } = delivery;
    if (inFlight !== null || this.#isStopping || failures.isGone) return;
    const { retryAt, policy } = failures;
    if (retryAt !== null && !isDue(retryAt, now, policy.waitMaxMs)) return;
    const batch = this.#nextBatch(delivery, now);
    if (batch === null) return;
    delivery.hasToldPresence = batch.notices !== undefined;
    if (batch.notices === undefined)
      delivery.pausedUntil = now + (delivery.pause?.ms ?? 0);
    delivery.inFlight = batch;
    delivery.sentAfter = delivery.cursor.position;
    delivery.isOutdated = false;
    this.#source.calls.add(to, batch, (reply, then) =>
      this.#answered(delivery, batch, reply, then),
    );
  }

  /** Who has joined comes before what they say, unless that waits already. */
  #nextBatch(delivery: Delivery, now: number): DeliverEvents | null {
    const { cursor, failures, presence, hasToldPresence } = delivery;
    const { position } = cursor;
    const { epoch, head } = this.#source.log;
    if (epoch === null) return null;
    const end = failures.batchEnd(epoch);
    const isLagging = position !== null && this.#isLagging(delivery);
    const presenceAt = presence?.dueAt(now) ?? null;
    const isPresenceDue = isDue(presenceAt, now, TIMER_MAX_MS);
    const isEventsTurn = isLagging && (hasToldPresence || end !== null);
    if (presence !== null && isPresenceDue && !isEventsTurn)
      return {
        ...{ ...this.#batcher.header(), epoch, at: now },
        ...{ from: head + 1, to: head, lines: [] },
        notices: presence.take(now),
      };
    if (!isLagging || this.#isPaused(delivery, now)) return null;
    const skips = failures.hasGivenUp;
    const batch = this.#batcher.after(position, { end, skips }, now);
    return this.#traces.ofBatch(batch);
  }

  #answered(
    delivery: Delivery,
    batch: DeliverEvents,
    reply: Reply | null,
    now: number,
  ): void {
    if (delivery.inFlight !== batch) return;
    delivery.inFlight = null;
    const { cursor, failures, presence } = delivery;
    const { epoch, from, to, gapAfter, notices } = batch;
    const tellsPresence = notices !== undefined;
    const isReplayed = cursor.position !== delivery.sentAfter;
    if (reply?.type === "done" && tellsPresence) {
      failures.succeeded();
      presence?.delivered();
    } else if (reply?.type === "done" && isReplayed) {
      failures.succeeded();
    } else if (reply?.type === "done") {
      failures.succeeded();
      cursor.advance({ epoch, seq: to });
      this.#forgetDelivered();
      if (gapAfter === undefined) return;
      this.#source.writeLog({ event: "event gap", from, to });
    } else if (delivery.isOutdated) {
      if (tellsPresence) presence?.failed();
    } else if (reply?.type === "endpoint-gone") {
      failures.gone();
      this.#forgetDelivered();
      this.#source.writeLog({
        event: "endpoint gone",
        endpoint: cursor.endpoint,
      });
    } else {
      const asked = reply?.type === "refused" ? (reply.retryAfter ?? 0) : 0;
      const { hasGivenUp } = failures;
      if (tellsPresence) presence?.failed();
      failures.failed(tellsPresence ? null : { epoch, seq: to }, asked, now);
      if (failures.hasGivenUp === hasGivenUp) return;
      this.#source.writeLog({ event: "events given up", from, to });
    }
  }

  #forgetDelivered(): void {
    if (this.#deliveries.some((delivery) => this.#isLagging(delivery))) return;
    this.#batcher.forget();
    this.#traces.forget(this.#source.log.head);
  }

  #isLagging({ cursor, failures }: Delivery): boolean {
    return !failures.isGone && isBehind(this.#source.log, cursor.position);
  }

  #isPaused(delivery: Delivery, now: number): boolean {
    const lag = lagOf(this.#source.log, delivery.cursor.position);
    return isPaused(delivery, this.#batcher, lag, now);
  }

  /** While an endpoint lags, an alarm is set: it outlives a crash. */
  #setAlarm(now: number): void {
    for (const delivery of this.#deliveries) {
      const { retryAt } = delivery.failures;
      // Who is here is told again after a failure, and by a snapshot otherwise.
      const waits = delivery.presence !== null && (retryAt ?? 0) > now;
      if (!waits && !this.#isLagging(delivery)) continue;
      const isLongWait =
        delivery.inFlight === null &&
        retryAt !== null &&
        retryAt > now + TIMER_MAX_MS;
      const at = isLongWait ? retryAt : now + ALARM_MS;
      this.#alarm.dueAt = Math.min(this.alarmAt, at);
    }
  }

  /**
   * Writes the row where a crash or a sleep would bring too much again.
   *
   * @param hasFlushed the event writes rows in any case: one commit for all
   */
  #saveInTime(delivery: Delivery, hasFlushed: boolean, now: number): void {
    const { cursor, saveAt } = delivery;
    const { position, stored, unsavedCount } = cursor;
    if (position === null || unsavedCount === 0) return;
    const { log } = this.#source;
    // Otherwise a crash would take delivered events for a gap.
    const isOvertaken = stored !== null && !log.hasAllAfter(stored.seq);
    const unsavedMax = hasFlushed ? UNSAVED_EVENTS : UNSAVED_MAX;
    const isWaiting = unsavedCount < unsavedMax && !isOvertaken;
    if (isWaiting && this.#attachment.isCarried) return;
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
