// Host counters: a host counts in plain numbers what it does for its rooms: frames, calls, rows, requests, hooks and webhooks.
import type { Callee } from "../../core/shared/contract.ts";
import { Counters, Histogram } from "../../core/shared/counters.ts";

const HOOK_TIMES_MS = [1, 5, 20, 50, 100, 250, 500, 1000, 1500, 5000];
const WEBHOOK_TIMES_MS = [10, 50, 100, 250, 500, 1000, 2500, 5000, 15_000];
/** Up to the 75 hours after which events are given up. */
const WEBHOOK_LAGS_MS = [
  ...[100, 500, 1000, 5000, 30_000, 60_000],
  ...[600_000, 3_600_000, 36_000_000, 270_000_000],
];

/** The calls of one hook. */
export interface HookCounts {
  readonly time: Histogram;
  failed: number;
  timedOut: number;
}

export class HostCounters extends Counters {
  /** Frames of clients, and frames to them; a frame to 200 connections is 200. */
  framesIn = 0;
  framesOut = 0;
  /** Calls of rooms and directories, by the kind of the object or service. */
  readonly calls: Record<Callee["kind"], number> = {
    ...{ room: 0, directory: 0, service: 0, issuer: 0, app: 0, webhook: 0 },
  };
  rowsRead = 0;
  rowsWritten = 0;
  /** Events that have failed by a fault in the code, or for want of storage. */
  failures = 0;
  /** HTTP responses, by their status. */
  readonly responses = new Map<number, number>();
  /** By the name of the hook. */
  readonly hooks = new Map<string, HookCounts>();
  /** How long the requests to webhooks took. */
  readonly webhookTime = new Histogram(WEBHOOK_TIMES_MS);
  /** The age of the oldest event of each batch when a webhook has taken it. */
  readonly webhookLag = new Histogram(WEBHOOK_LAGS_MS);
  webhookFailures = 0;

  countResponse(status: number): void {
    this.responses.set(status, (this.responses.get(status) ?? 0) + 1);
  }

  /** @returns the counts of a hook */
  hook(name: string): HookCounts {
    let counts = this.hooks.get(name);
    if (counts === undefined) {
      const time = new Histogram(HOOK_TIMES_MS);
      counts = { time, failed: 0, timedOut: 0 };
      this.hooks.set(name, counts);
    }
    return counts;
  }
}

/** Nobody reads these: where there are no metrics, no object has counters of its own. */
export const UNREAD_COUNTERS = new HostCounters();
