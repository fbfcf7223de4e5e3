// Targets: compares our figures with another server's figures of the same round, or with a fixed limit.
import type { Item } from "../bill/bill.ts";
import type { Results } from "../rounds.ts";
import type { ContenderName } from "../servers/contenders.ts";
import { FRONTIER, isFrontier, judgeFrontier } from "./frontier.ts";
import { median } from "./median.ts";
import { ratio } from "./ratio.ts";

interface Target {
  readonly scenario: string;
  readonly metric: string;
  /** The server that is judged. */
  readonly of: ContenderName;
  /** The figure is a ratio to this server's; without it, an absolute value. */
  readonly to?: ContenderName;
  readonly atMost: number;
}

export interface Verdict {
  readonly target: string;
  readonly reached: number;
  readonly atMost: number;
  readonly isMet: boolean;
}

const ours = "edge-chat" as const;
/** By so much a target may be missed beside other work. */
const LOADED_EASE = 1.2;

/** [scenario, metric, server, other server or null, at most] */
type Row = readonly [
  scenario: string,
  metric: string,
  of: ContenderName,
  to: ContenderName | null,
  atMost: number,
];

const ROWS: readonly Row[] = [
  ["crowd-200", "cpu", ours, "socket.io", 0.055],
  ["crowd-200", "p50", ours, "insert", 1],
  ["crowd-200", "cpu", "plain", "relay", 0.5],
  ["crowd-200", "cpu", "deno", "socket.io", 0.08],
  ["crowd-200", "cpu", "bridge", "socket.io", 1],
  ["crowd-200", "cpu", "bridge-deno", "socket.io", 1],
  ["crowd-1000", "cpu", ours, "socket.io", 0.045],
  ["crowd-1000", "p50", ours, "insert", 1],
  ["steady-20", "p50", ours, "insert", 1.15],
  ["steady-100", "cpu", ours, "socket.io", 1.3],
  ["steady-100", "p50", ours, null, 15],
  ["steady-100", "p99", ours, null, 32],
  ["steady-500", "cpu", ours, "socket.io", 0.45],
  ["steady-500", "p50", ours, null, 12],
  ["steady-500", "p99", ours, null, 40],
  ["lone", "p50", ours, "insert", 1.15],
  ["rooms", "cpu", ours, "insert", 1.15],
  ["rooms", "cpu", "deno", "socket.io", 3],
  ["webhooks", "cpu", "hooked", ours, 1.05],
  ["webhooks", "cpu", "hooked-deno", "deno", 1.05],
  ["webhooks-100", "cpu", "hooked", ours, 1.05],
  ["webhooks-100", "cpu", "hooked-deno", "deno", 1.05],
  ["private-64", "cpu", ours, "socket.io", 8],
  ["privates-200", "cpu", ours, "named", 1.35],
  ["privates-200", "cpu", "deno", "socket.io", 4],
  ["joins", "cpu", ours, "named", 1.2],
  ["lobby-joins", "cpu", ours, "named", 1.2],
  ["returns", "cpu", ours, "named", 1.2],
  ["memory", "soonKB", ours, "named", 1.1],
  ["idle", "kB", ours, "relay", 1.25],
  ["heap", "kB", ours, null, 3],
];

const TARGETS: readonly Target[] = ROWS.map(
  ([scenario, metric, of, to, atMost]) => ({
    ...{ scenario, metric, of, atMost },
    ...(to !== null && { to }),
  }),
);

/** Our server, and the servers that the targets of a scenario name. */
export function judgedServers(scenario: string): ContenderName[] {
  if (isFrontier(scenario)) return [ours, "socket.io", ...FRONTIER];
  const targets = TARGETS.filter((target) => target.scenario === scenario);
  const named = targets.flatMap(({ of, to }) => (to ? [of, to] : [of]));
  return [...new Set([ours, ...named])];
}

/** Returns the verdicts of a scenario that has figures. */
export function judge(
  scenario: string,
  results: Results,
  isLoaded = false,
): Verdict[] {
  if (isLoaded) return judgeLoaded(scenario, results);
  return [
    ...judgeTargets(scenario, results, TARGETS),
    ...judgeFrontier(scenario, results),
  ];
}

/** On a machine that is busy with other things half of the time. */
function judgeLoaded(scenario: string, results: Results): Verdict[] {
  const eased = TARGETS.filter(({ metric }) => metric !== "p50").map(
    (target) => ({ ...target, atMost: target.atMost * LOADED_EASE }),
  );
  return judgeTargets(scenario, results, eased);
}

function judgeTargets(
  scenario: string,
  results: Results,
  targets: readonly Target[],
): Verdict[] {
  return targets
    .filter((target) => target.scenario === scenario)
    .flatMap((target) => {
      const { metric, of, to, atMost } = target;
      const reached =
        to === undefined
          ? median((results[of] ?? []).map((figures) => figures?.[metric]))
          : ratio(results, metric, of, to);
      if (Number.isNaN(reached)) return [];
      return {
        target: `${scenario}: ${metric} of ${of}${to ? ` to ${to}'s` : ""}`,
        reached,
        atMost,
        isMet: reached <= atMost,
      };
    });
}

/** At most so many rows of each, by the beginning of its name in the bill. */
const ROWS_AT_MOST: readonly (readonly [
  what: string,
  kind: "rowsWritten" | "nameRowsWritten",
  atMost: number,
])[] = [
  // In a busy room many messages share a row.
  ["a million messages, a crowd", "rowsWritten", 0.1],
  ["a million messages, quiet rooms", "rowsWritten", 1.1],
  ["a private message", "rowsWritten", 2.1],
  // The room of a first visit writes a row of its own.
  ["a first visit", "nameRowsWritten", 3],
  ["a later visit", "rowsWritten", 1],
];

export function judgeBill(items: readonly Item[]): Verdict[] {
  return items.flatMap(({ what, cost }) =>
    ROWS_AT_MOST.filter(([start]) => what.startsWith(start)).map(
      ([, kind, atMost]) => ({
        target: `rows for each of ${what}`,
        reached: cost[kind],
        atMost,
        isMet: cost[kind] <= atMost,
      }),
    ),
  );
}
