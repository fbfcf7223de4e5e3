// Report delivery: a room hands the reports of its users to the endpoints that hear of its events, by cursors of their own.
import type { Endpoint } from "../shared/events/endpoints.ts";
import {
  reportEndpointNames,
  reportEndpoints,
} from "../shared/events/endpoints.ts";
import { EventDelivery } from "../shared/events/event-delivery.ts";
import type { CursorCarrier } from "../shared/events/event-source.ts";
import type { ReportQueue, StoredReport } from "./report-queue.ts";
import { reportedFrame } from "./report-queue.ts";
import type { DeliveringRoom } from "./room-delivery.ts";

/** The cursors are rows alone: reports are few. */
const NO_CONNECTIONS = {
  joined: new Set<CursorCarrier>(),
  persist: () => undefined,
  createFeed: () => null,
};

export interface ReportingRoom extends DeliveringRoom {
  readonly reports: ReportQueue;
}

export class ReportDelivery {
  readonly #room: ReportingRoom;
  readonly #endpoints: readonly Endpoint[];
  /** null: nobody has reported anything here, or no endpoint hears of it. */
  #delivery: EventDelivery<CursorCarrier> | null = null;

  /** @param endpoints of the room's events */
  constructor(room: ReportingRoom, endpoints: readonly Endpoint[]) {
    this.#room = room;
    this.#endpoints = reportEndpoints(endpoints, room.settings);
    if (!room.reports.isUnused) this.#begin();
  }

  /** A report is stored. */
  stored(report: StoredReport): void {
    this.#begin();
    const { name } = this.#room;
    this.#delivery?.stored([JSON.stringify(reportedFrame(name, report))]);
  }

  /** Stored reports have changed: lines that wait in memory are read anew. */
  rewritten(): void {
    this.#delivery?.rewritten();
  }

  /** @param endpoint the name of one that gets the room's events; null: all */
  retryNow(endpoint: string | null): void {
    const names = endpoint === null ? [] : reportEndpointNames([endpoint]);
    this.#delivery?.retryNow(names[0] ?? null);
  }

  /** The end of each event. @returns when an alarm is wanted; Infinity: none */
  settle(now: number): number {
    if (this.#delivery === null) return Infinity;
    this.#delivery.settle(now);
    return this.#delivery.alarmAt;
  }

  /** The memory is about to go. */
  stop(): void {
    this.#delivery?.stop();
  }

  #begin(): void {
    if (this.#delivery !== null || this.#endpoints.length === 0) return;
    const room = this.#room;
    const { name, reports, log, calls, schedule } = room;
    const source = {
      ...{ name, calls, schedule, sql: room.platform.sql, isDirectory: false },
      ...NO_CONNECTIONS,
      log: {
        get epoch() {
          return reports.epoch;
        },
        get head() {
          return reports.head;
        },
        hasAllAfter: (report: number) => report <= reports.head,
        after: (report: number, limit: number) => ({
          lines: linesAfter(name, reports, report, limit),
        }),
      },
      roomHead: () => ({ epoch: log.epoch ?? "", seq: log.head }),
      writeLog: (entry: (typeof room.effects.logs)[number]) =>
        void room.effects.logs.push(entry),
    };
    this.#delivery = new EventDelivery(source, this.#endpoints);
  }
}

/** @returns a line for each number; empty: the queue has dropped that report */
function linesAfter(
  room: string,
  reports: ReportQueue,
  after: number,
  limit: number,
): string[] {
  const last = Math.min(after + limit, reports.head);
  const lines = Array.from({ length: Math.max(0, last - after) }, () => "");
  for (const report of reports.after(after, limit))
    if (report.report <= last)
      lines[report.report - after - 1] = JSON.stringify(
        reportedFrame(room, report),
      );
  return lines;
}
