// What is counted for the bill, by the names Cloudflare bills it under.

export interface Totals {
  /** Of the Worker in front. */
  workerRequests: number;
  /** Upgrades, calls and alarms of the objects. */
  requests: number;
  /** Frames from clients: twenty are one request. */
  frames: number;
  /** Alarms set are rows, too. */
  rowsWritten: number;
  rowsRead: number;
  /** Wall time in which an object waited for a call, an answer or a timer. */
  pendingMs: number;
}

export function noTotals(): Totals {
  return {
    workerRequests: 0,
    requests: 0,
    frames: 0,
    rowsWritten: 0,
    rowsRead: 0,
    pendingMs: 0,
  };
}
