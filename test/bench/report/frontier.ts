// Frontier: compares our server with a bare object of fixed windows, by CPU at the same waiting time.
import type { Results } from "../rounds.ts";
import type { ContenderName } from "../servers/contenders.ts";
import { median } from "./median.ts";
import { ratio } from "./ratio.ts";
import type { Verdict } from "./targets.ts";

/** The messages per second that the frontier is drawn for. */
export const FRONTIER_RATES = [100, 500] as const;
/** The servers of the frontier, from the shortest window to the longest. */
export const FRONTIER = [
  "insert",
  "window-10",
  "window-20",
  "window-50",
] as const satisfies readonly ContenderName[];

export interface FrontierPoint {
  /** As a ratio to Socket.IO's. */
  readonly cpu: number;
  readonly p50: number;
}

export function isFrontier(scenario: string): boolean {
  return scenario.startsWith("frontier-");
}

/** Returns a server's point: medians of the rounds. */
export function pointOf(results: Results, name: ContenderName): FrontierPoint {
  return {
    cpu: ratio(results, "cpu", name, "socket.io"),
    p50: median((results[name] ?? []).map((figures) => figures?.p50)),
  };
}

/**
 * Returns the CPU of the frontier where users wait for `p50` ms: a straight
 * line in logarithms between two points. Below the shortest wait and above the
 * longest it is that of the first and the last point.
 */
export function frontierCpu(
  points: readonly FrontierPoint[],
  p50: number,
): number {
  const sorted = points
    .filter((point) => !Number.isNaN(point.cpu + point.p50))
    .sort((a, b) => a.p50 - b.p50);
  const above = sorted.findIndex((point) => point.p50 >= p50);
  if (above === 0) return sorted[0]?.cpu ?? Number.NaN;
  const right = sorted[above];
  const left = sorted[above - 1];
  if (right === undefined || left === undefined)
    return sorted.at(-1)?.cpu ?? Number.NaN;
  const share = Math.log(p50 / left.p50) / Math.log(right.p50 / left.p50);
  return left.cpu * (right.cpu / left.cpu) ** share;
}

/** Returns whether each of our servers stands on the frontier or below. */
export function judgeFrontier(scenario: string, results: Results): Verdict[] {
  if (!isFrontier(scenario)) return [];
  const points = FRONTIER.map((name) => pointOf(results, name));
  return (["edge-chat", "deno"] as const).flatMap((name) => {
    const { cpu, p50 } = pointOf(results, name);
    const reached = cpu / frontierCpu(points, p50);
    if (Number.isNaN(reached)) return [];
    return {
      target: `${scenario}: cpu of ${name} to a fixed window's of the same p50`,
      reached,
      atMost: 1,
      isMet: reached <= 1,
    };
  });
}
