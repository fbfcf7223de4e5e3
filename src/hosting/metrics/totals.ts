// Totals: all counters of a host as one flat list, for a log line or a data point about the time since the last one.
import type { HostCounters } from "./host-counters.ts";

/** What is open at present, which no counter tells. */
export interface Gauges {
  readonly connections: number;
  /** Users in rooms; a user counts once in each room. */
  readonly members: number;
}

export type TotalName = (typeof TOTALS)[number];
export type Totals = Readonly<Record<TotalName, number>>;

/** The order is for good: data points have no names. New ones come last. */
export const TOTALS = [
  ...["messages", "privates", "events", "deliveries"],
  ...["framesIn", "framesOut", "flushes", "flushWaitMs"],
  ...["rowsRead", "rowsWritten", "calls", "refusals"],
  ...["webhooks", "webhookFailures", "webhookLagMs"],
  ...["hooks", "hookMs", "failures"],
] as const;

/** Totals, and the counts that have a code or a status. */
export interface Report {
  readonly totals: Totals;
  readonly refusals: ReadonlyMap<string, number>;
  readonly responses: ReadonlyMap<number, number>;
}

export function readTotals(counters: HostCounters): Report {
  const { flushWait, webhookTime, webhookLag } = counters;
  const hooks = [...counters.hooks.values()];
  const { messages, privates, events, deliveries, failures } = counters;
  const { framesIn, framesOut, rowsRead, rowsWritten } = counters;
  const totals: Totals = {
    ...{ messages, privates, events, deliveries, framesIn, framesOut },
    ...{ flushes: flushWait.count, flushWaitMs: flushWait.sum },
    ...{ rowsRead, rowsWritten, calls: sum(Object.values(counters.calls)) },
    refusals: sum(Object.values(counters.refusals)),
    webhooks: webhookTime.count,
    webhookFailures: counters.webhookFailures,
    webhookLagMs: webhookLag.sum,
    hooks: sum(hooks.map(({ time }) => time.count)),
    hookMs: sum(hooks.map(({ time }) => time.sum)),
    failures,
  };
  return {
    totals,
    refusals: new Map(Object.entries(counters.refusals)),
    responses: new Map(counters.responses),
  };
}

/** @returns what has come since an earlier report; counts of 0 are left out of the maps */
export function difference(now: Report, before: Report | null): Report {
  const totals = Object.fromEntries(
    TOTALS.map((name) => [
      name,
      now.totals[name] - (before?.totals[name] ?? 0),
    ]),
  ) as Totals;
  return {
    totals,
    refusals: newCounts(now.refusals, before?.refusals),
    responses: newCounts(now.responses, before?.responses),
  };
}

/** Has anything been counted? */
export function isEmpty({ totals, responses }: Report): boolean {
  return responses.size === 0 && TOTALS.every((name) => totals[name] === 0);
}

function newCounts<K>(
  now: ReadonlyMap<K, number>,
  before: ReadonlyMap<K, number> | undefined,
): Map<K, number> {
  const counts = new Map<K, number>();
  for (const [key, count] of now) {
    const more = count - (before?.get(key) ?? 0);
    if (more !== 0) counts.set(key, more);
  }
  return counts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
