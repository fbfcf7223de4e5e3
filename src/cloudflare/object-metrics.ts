// Object metrics: an object or a Worker counts its work, and tells it once a minute to Analytics Engine, and to the log.
import { log } from "../hosting/log.ts";
import { HostCounters } from "../hosting/metrics/host-counters.ts";
import {
  logReport,
  MetricsReport,
  type WriteReport,
} from "../hosting/metrics/metrics-report.ts";
import { type Gauges, TOTALS } from "../hosting/metrics/totals.ts";
import type { Settings } from "../protocol/settings.ts";

const POINT_EVERY_MS = 60_000;
/** A point says of what kind of object it is. */
export type MetricsKind = "room" | "directory" | "worker";

export interface MetricsOwner {
  readonly kind: MetricsKind;
  /** Tells objects apart, and names nobody. */
  readonly id: string;
  /** Names the object in the log. */
  readonly label?: Readonly<Record<string, string>>;
}

/** The part of the binding that is used. */
type Dataset = Pick<AnalyticsEngineDataset, "writeDataPoint">;

export class ObjectMetrics {
  readonly counters = new HostCounters();
  readonly #reports: readonly MetricsReport[];
  #hadMembers = false;

  constructor(reports: readonly ((counters: HostCounters) => MetricsReport)[]) {
    this.#reports = reports.map((create) => create(this.counters));
  }

  /**
   * Reports if it is time. Called at the end of an event, since a timer would keep
   * the object awake. An empty room reports at once: it may not wake again.
   */
  endEvent(now: number, readGauges: () => Gauges, members: number): void {
    const isLeft = this.#hadMembers && members === 0;
    this.#hadMembers = members > 0;
    for (const report of this.#reports)
      if (isLeft) report.report(readGauges);
      else report.reportIfDue(now, readGauges);
  }
}

/** @returns null if nobody reads metrics */
export function createObjectMetrics(
  { METRICS: dataset }: Readonly<Record<string, unknown>>,
  { METRICS_LOG_SECONDS }: Pick<Settings, "METRICS_LOG_SECONDS">,
  owner: MetricsOwner,
): ObjectMetrics | null {
  const reports: ((counters: HostCounters) => MetricsReport)[] = [];
  const add = (everyMs: number, write: WriteReport) =>
    reports.push((counters) => new MetricsReport(counters, everyMs, write));
  if (isDataset(dataset)) add(POINT_EVERY_MS, pointReport(dataset, owner));
  if (METRICS_LOG_SECONDS > 0)
    add(METRICS_LOG_SECONDS * 1000, logReport(log, owner.label));
  return reports.length === 0 ? null : new ObjectMetrics(reports);
}

/**
 * Writes one point of all totals, and one for each code and status: `blob1` is the
 * kind of the object, `blob2` what the point counts.
 */
function pointReport(
  dataset: Dataset,
  { kind, id }: MetricsOwner,
): WriteReport {
  const write = (blobs: string[], doubles: number[]) =>
    dataset.writeDataPoint({ indexes: [id], blobs: [kind, ...blobs], doubles });
  return ({ totals, refusals, responses }, { connections, members }) => {
    const counts = TOTALS.map((name) => totals[name]);
    write(["totals"], [connections, members, ...counts]);
    for (const [code, count] of refusals) write(["refusal", code], [count]);
    for (const [status, count] of responses)
      write(["response", String(status)], [count]);
  };
}

function isDataset(binding: unknown): binding is Dataset {
  return (
    typeof binding === "object" &&
    binding !== null &&
    "writeDataPoint" in binding
  );
}
