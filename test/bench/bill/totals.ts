// Totals: names the counters of the bill as Cloudflare names them.

export interface Totals {
  /** Requests to the Worker in front of the objects. */
  workerRequests: number;
  /** Upgrades, calls and alarms of the objects. */
  requests: number;
  /** Frames from clients; twenty are billed as one request. */
  frames: number;
  /** Includes one row for each alarm that is set. */
  rowsWritten: number;
  /** Those of them that the objects of names write. */
  nameRowsWritten: number;
  rowsRead: number;
  /**
   * The wall time in which an object waited for a call, an answer or a timer.
   */
  pendingMs: number;
}

export function noTotals(): Totals {
  return {
    workerRequests: 0,
    requests: 0,
    frames: 0,
    rowsWritten: 0,
    nameRowsWritten: 0,
    rowsRead: 0,
    pendingMs: 0,
  };
}
