// Prices: turns counts into dollars by Cloudflare's published prices, Workers Paid, above the included amounts.
import type { Totals } from "./totals.ts";

/** https://developers.cloudflare.com/durable-objects/platform/pricing/ */
const DOLLARS = {
  workerRequest: 0.3e-6,
  workerCpuMs: 0.02e-6,
  request: 0.15e-6,
  gigabyteSecond: 12.5e-6,
  rowWritten: 1e-6,
  rowRead: 0.001e-6,
} as const;
const FRAMES_PER_REQUEST = 20;
/** An object is billed for this much memory. */
const GIGABYTES = 0.128;
/** The Worker only passes the upgrade on. */
const WORKER_MS = 1;

export interface Cost {
  /** Requests to the objects, frames included. */
  readonly requests: number;
  readonly rowsWritten: number;
  /** Those of them that the objects of names write. */
  readonly nameRowsWritten: number;
  readonly rowsRead: number;
  readonly gbSeconds: number;
  /** CPU time of the Worker, where it does more than to pass on. */
  readonly workerMs?: number;
  readonly dollars: number;
}

/**
 * Returns the cost of one unit that the Worker alone handles while the objects
 * sleep.
 */
export function costOfWorker(
  totals: Totals,
  cpuSeconds: number,
  units: number,
): Cost {
  const { dollars, ...cost } = costOf(totals, 0, units);
  const workerMs = (cpuSeconds * 1000) / units;
  return {
    ...cost,
    workerMs,
    dollars: dollars + workerMs * DOLLARS.workerCpuMs,
  };
}

/**
 * Returns the cost of one unit.
 *
 * @param cpuSeconds the CPU time of the handlers, with the runtime's own work
 */
export function costOf(
  totals: Totals,
  cpuSeconds: number,
  units: number,
): Cost {
  const requests = totals.requests + totals.frames / FRAMES_PER_REQUEST;
  const { workerRequests, rowsWritten, rowsRead, pendingMs } = totals;
  const gbSeconds = GIGABYTES * (pendingMs / 1000 + cpuSeconds);
  const dollars =
    workerRequests * (DOLLARS.workerRequest + WORKER_MS * DOLLARS.workerCpuMs) +
    requests * DOLLARS.request +
    rowsWritten * DOLLARS.rowWritten +
    rowsRead * DOLLARS.rowRead +
    gbSeconds * DOLLARS.gigabyteSecond;
  return {
    requests: requests / units,
    rowsWritten: rowsWritten / units,
    nameRowsWritten: totals.nameRowsWritten / units,
    rowsRead: rowsRead / units,
    gbSeconds: gbSeconds / units,
    dollars: dollars / units,
  };
}
