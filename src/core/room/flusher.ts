// Flusher: a room writes and sends all that waits, as often as its pacers allow.

import type { Send } from "../shared/contract.ts";
import type { Counters } from "../shared/counters.ts";
import { isDue } from "../shared/deadline.ts";
import type { Schedule, ScheduleEntry } from "../shared/schedule.ts";
import type { BroadcastQueue } from "./broadcast-queue.ts";
import type { Connection } from "./connection.ts";
import { FrameCost } from "./flush-cost.ts";
import { MessagePacer } from "./message-pacer.ts";
import { PRESENCE_WAIT_MAX_MS, PresencePacer } from "./presence-pacer.ts";

/** A timer that is set for so many ms goes off as soon as the loop is free. */
const PROBE_MS = 1;

/** The part of a room that the flusher needs. */
export interface FlusherOptions {
  readonly broadcastQueue: BroadcastQueue;
  /** Connections that have joined. */
  readonly joined: ReadonlySet<Connection>;
  readonly schedule: Schedule;
  readonly counters: Counters;
  /** An event waits at most so long, ms. */
  readonly ceilingMs: number;
  /** Writes the lines of events to the log. */
  store(lines: readonly string[]): void;
  send(frames: readonly Send[]): void;
}

export class Flusher {
  readonly #options: FlusherOptions;
  readonly #frameCost = new FrameCost();
  readonly #pacer = new MessagePacer(this.#frameCost);
  readonly #presencePacer = new PresencePacer();
  readonly #next: ScheduleEntry;
  /** Since when something waits for the next flush, ms since 1970; null: nothing does. */
  #waitsSince: number | null = null;
  /** The same for something that is not a join or a leave. */
  #urgentSince: number | null = null;
  readonly #costProbe: ScheduleEntry;
  /** Run once the events that wait now are in the log. */
  #onFlushed: (() => void)[] = [];

  constructor(options: FlusherOptions) {
    this.#options = options;
    const { schedule, ceilingMs } = options;
    this.#next = schedule.add({
      ...{ name: "flush", clock: "timer" },
      delayMaxMs: Math.max(ceilingMs, PRESENCE_WAIT_MAX_MS),
      run: (now) => this.flush(now),
    });
    this.#costProbe = schedule.add({
      ...{ name: "flush cost", clock: "timer", delayMaxMs: PROBE_MS },
      // Only the timer tells that the loop is free: see `timerFired`.
      run: () => undefined,
    });
  }

  /** Flushes if the pacers allow it; otherwise all that waits waits for it. */
  flushIfAllowed(now: number): void {
    const { broadcastQueue, ceilingMs } = this.#options;
    if (broadcastQueue.isEmpty) return;
    const { isUrgent, urgentCount } = broadcastQueue;
    this.#waitsSince ??= now;
    if (isUrgent) this.#urgentSince ??= now;
    const since = this.#urgentSince ?? now;
    const wait = isUrgent
      ? this.#pacer.wait({ count: urgentCount, since }, now, ceilingMs)
      : Math.max(
          this.#pacer.waitForPresence(now, ceilingMs),
          this.#presencePacer.wait(now),
        );
    if (wait === 0) this.flush(now);
    // A message does not wait until the joins before it are due, nor for a group
    // that is complete before its time.
    else if (this.#next.dueAt === null || isUrgent)
      this.#next.dueAt = Math.min(this.#next.dueAt ?? Infinity, now + wait);
  }

  /** Runs `done` in the event that writes the events that wait now. */
  afterFlush(done: () => void): void {
    this.#onFlushed.push(done);
  }

  /** Writes the events that wait to the log, then sends everything that waits. */
  flush(now: number): void {
    this.#next.dueAt = null;
    const { broadcastQueue, joined, store, send, counters } = this.#options;
    if (broadcastQueue.isEmpty) return;
    const { urgentCount } = broadcastQueue;
    counters.flushWait.observe(now - (this.#waitsSince ?? now));
    this.#waitsSince = null;
    this.#urgentSince = null;
    broadcastQueue.addDeferred(now);
    const lines = broadcastQueue.eventLines();
    counters.events += lines.length;
    counters.deliveries += lines.length * joined.size;
    if (lines.length > 0) store(lines);
    send(broadcastQueue.take(joined));
    if (this.#onFlushed.length > 0) this.#runFlushed();
    this.#pacer.spend(joined.size, lines.length, urgentCount, now);
    if (urgentCount === 0)
      this.#presencePacer.spend(joined.size * this.#frameCost.each, now);
    const isMeasured = this.#frameCost.measure(joined.size, lines.length, now);
    this.#costProbe.dueAt = isMeasured ? now + PROBE_MS : null;
  }

  /** The timer or the alarm has gone off, so the loop has nothing else to do. */
  timerFired(now: number): void {
    const { dueAt } = this.#costProbe;
    if (!isDue(dueAt, now, PROBE_MS)) return;
    this.#costProbe.dueAt = null;
    this.#frameCost.loopIsFree(now);
  }

  #runFlushed(): void {
    const callbacks = this.#onFlushed;
    this.#onFlushed = [];
    for (const done of callbacks) done();
  }
}
