// Targets: compares our figures with another server's figures of the same round, or with a fixed limit.
import type { Item } from "../bill/bill.ts";
import type { Results } from "../rounds.ts";
import type { ContenderName } from "../servers/contenders.ts";
import { median } from "./median.ts";

interface Target {
  readonly scenario: string;
  readonly metric: string;
  /** The server that is judged. */
  readonly of: ContenderName;
  /** The figure is a ratio to this server's; without it, an absolute value. */
  readonly to?: ContenderName;
  readonly atMost: number;
  readonly aim?: number;
}

export interface Verdict {
  readonly target: string;
  readonly reached: number;
  readonly atMost: number;
  readonly aim: number | null;
  readonly isMet: boolean;
}

const ours = "edge-chat" as const;

const TARGETS: readonly Target[] = [
  {
    scenario: "crowd-200",
    metric: "cpu",
    of: ours,
    to: "socket.io",
    atMost: 0.1,
    aim: 1 / 15,
  },
  {
    scenario: "crowd-1000",
    metric: "cpu",
    of: ours,
    to: "socket.io",
    atMost: 0.1,
  },
  {
    scenario: "crowd-200",
    metric: "cpu",
    of: "plain",
    to: "relay",
    atMost: 0.5,
  },
  {
    scenario: "steady-100",
    metric: "cpu",
    of: ours,
    to: "socket.io",
    atMost: 0.8,
  },
  { scenario: "steady-100", metric: "p50", of: ours, atMost: 50 },
  { scenario: "steady-100", metric: "p99", of: ours, atMost: 120 },
  {
    scenario: "steady-500",
    metric: "cpu",
    of: ours,
    to: "socket.io",
    atMost: 0.5,
  },
  { scenario: "steady-500", metric: "p99", of: ours, atMost: 150 },
  {
    scenario: "steady-20",
    metric: "p50",
    of: ours,
    to: "insert",
    atMost: 1.25,
  },
  { scenario: "lone", metric: "p50", of: ours, to: "insert", atMost: 1.25 },
  { scenario: "rooms", metric: "cpu", of: ours, to: "insert", atMost: 1.25 },
  {
    scenario: "private-64",
    metric: "cpu",
    of: ours,
    to: "socket.io",
    atMost: 9,
    aim: 5,
  },
  { scenario: "idle", metric: "kB", of: ours, to: "relay", atMost: 1.25 },
  { scenario: "heap", metric: "kB", of: ours, atMost: 3 },
];

/** Returns the verdicts of a scenario that has figures. */
export function judge(scenario: string, results: Results): Verdict[] {
  return TARGETS.filter((target) => target.scenario === scenario).flatMap(
    (target) => {
      const { metric, of, to, atMost, aim = null } = target;
      const reached =
        to === undefined
          ? median((results[of] ?? []).map((figures) => figures?.[metric]))
          : ratio(results, metric, of, to);
      if (Number.isNaN(reached)) return [];
      return {
        target: `${scenario}: ${metric} of ${of}${to ? ` to ${to}'s` : ""}`,
        reached,
        atMost,
        aim,
        isMet: reached <= atMost,
      };
    },
  );
}

/**
 * Rows written for each message: in a busy room many messages share one row.
 */
export function judgeBill(items: readonly Item[]): Verdict[] {
  return items.flatMap(({ what, cost }) => {
    if (!what.includes("messages")) return [];
    const atMost = what.includes("crowd") ? 0.1 : 1.1;
    const reached = cost.rowsWritten;
    return {
      target: `rows for each of ${what}`,
      reached,
      atMost,
      aim: null,
      isMet: reached <= atMost,
    };
  });
}

/** The median of the ratios of all rounds. */
export function ratio(
  results: Results,
  metric: string,
  of: ContenderName,
  to: ContenderName,
): number {
  const theirs = results[to] ?? [];
  return median(
    (results[of] ?? []).map(
      (figures, round) =>
        (figures?.[metric] ?? Number.NaN) /
        (theirs[round]?.[metric] ?? Number.NaN),
    ),
  );
}
