// Metrics report: a host tells at intervals what it has counted since the last time, without a timer that would keep a room awake.
import { isDue } from "../../core/shared/deadline.ts";
import type { WriteLog } from "../log.ts";
import type { HostCounters } from "./host-counters.ts";
import {
  difference,
  type Gauges,
  isEmpty,
  type Report,
  readTotals,
} from "./totals.ts";

/** Takes what was counted since the last report, and what is open. */
export type WriteReport = (report: Report, gauges: Gauges) => void;

export class MetricsReport {
  readonly #counters: HostCounters;
  readonly #everyMs: number;
  readonly #write: WriteReport;
  #last: Report | null = null;
  /** The first one is due at once: the memory may be gone at the next event. */
  #dueAt = 0;

  /** @param everyMs the least time between two reports */
  constructor(counters: HostCounters, everyMs: number, write: WriteReport) {
    this.#counters = counters;
    this.#everyMs = everyMs;
    this.#write = write;
  }

  /** Reports if it is time, and anything was counted. */
  reportIfDue(now: number, readGauges: () => Gauges): void {
    if (!isDue(this.#dueAt, now, this.#everyMs)) return;
    this.#dueAt = now + this.#everyMs;
    this.report(readGauges);
  }

  /** Reports what was not reported yet, if there is anything. */
  report(readGauges: () => Gauges): void {
    const totals = readTotals(this.#counters);
    const report = difference(totals, this.#last);
    this.#last = totals;
    if (!isEmpty(report)) this.#write(report, readGauges());
  }
}

/**
 * Writes a report as one line of the log, without the counts that are 0.
 *
 * @param place names the object, where the log is of many
 */
export function logReport(
  write: WriteLog,
  place: Readonly<Record<string, string>> = {},
): WriteReport {
  return ({ totals, refusals, responses }, gauges) => {
    const counted = Object.entries(totals).filter(([, count]) => count !== 0);
    write({
      ...{ ...place, event: "metrics", ...gauges },
      ...Object.fromEntries(counted),
      ...(refusals.size > 0 && { codes: Object.fromEntries(refusals) }),
      ...(responses.size > 0 && { responses: Object.fromEntries(responses) }),
    });
  };
}
