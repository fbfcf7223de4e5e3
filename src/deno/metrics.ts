// Metrics: the Deno host's counters, and what is open at present, as the text that Prometheus scrapes.
import { memoryUsage } from "node:process";
import type { Sql } from "../core/shared/contract.ts";
import { counterMetrics, PREFIX } from "../hosting/metrics/counter-metrics.ts";
import type { HostCounters } from "../hosting/metrics/host-counters.ts";
import {
  type Metric,
  writeOpenMetrics,
} from "../hosting/metrics/open-metrics.ts";
import type { Gauges } from "../hosting/metrics/totals.ts";
import type { FailingWebhooks } from "../http/health-route.ts";

export interface MetricsSource {
  readonly sql: Sql;
  readonly counters: HostCounters;
  /** Rooms and names in memory. */
  readonly openCount: number;
  readonly isStorageWorking: boolean;
  readonly failingWebhooks: FailingWebhooks;
  readonly gauges: Gauges;
}

/** SQLite counts the rows that it writes by itself. */
export function countRows(sql: Sql, counters: HostCounters): void {
  const [row] = sql.exec("SELECT total_changes() AS rows");
  counters.rowsWritten = Number(row?.rows ?? 0);
}

export function writeMetrics(source: MetricsSource, now: number): string {
  const { sql, counters, gauges, failingWebhooks } = source;
  countRows(sql, counters);
  const { count, since } = failingWebhooks;
  return writeOpenMetrics([
    gauge("connections", "Open WebSockets.", gauges.connections),
    gauge("members", "Users in rooms, once in each.", gauges.members),
    gauge("open_objects", "Rooms and names in memory.", source.openCount),
    gauge(
      "storage_working",
      "1 if writes are stored, 0 if not.",
      source.isStorageWorking ? 1 : 0,
    ),
    gauge(
      "webhooks_failing",
      "Webhooks that fail, once for each room or name.",
      count,
    ),
    gauge(
      "webhooks_failing_seconds",
      "Time since the first of them began to fail.",
      since === null ? 0 : Math.max(0, now - since) / 1000,
    ),
    gauge("database_bytes", "Size of the database.", databaseBytes(sql)),
    gauge("resident_memory_bytes", "Memory of the process.", memoryUsage().rss),
    ...counterMetrics(counters),
  ]);
}

function databaseBytes(sql: Sql): number {
  const [size] = sql.exec(
    "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size",
  );
  return Number(size?.bytes ?? 0);
}

function gauge(name: string, help: string, value: number): Metric {
  return {
    ...{ name: `${PREFIX}${name}`, help, type: "gauge" },
    values: [[{}, value]],
  };
}
