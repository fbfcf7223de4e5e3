// Scenario: defines the steps of clients against one server, and the figures that result.
import type { LoadContext } from "../load/member.ts";
import { Tally } from "../load/tally.ts";
import { pause } from "../machine/process-tree.ts";
import type { Server } from "../machine/server.ts";
import type { ContenderName, Start } from "../servers/contenders.ts";

/** By metric. The table knows the units. */
export type Figures = Readonly<Record<string, number>>;

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly entrants: readonly ContenderName[];
  /** Each measurement starts a new server, since memory is measured. */
  readonly isFresh?: boolean;
  /** How our servers are started for it. */
  readonly how?: Start;
  run(bench: Bench): Promise<Figures>;
}

/** The environment of one run against one server. */
export interface Bench {
  readonly server: Server;
  readonly meeting: LoadContext;
  /** No other measurement uses this room. */
  readonly room: string;
  readonly warmSeconds: number;
  readonly seconds: number;
  readonly isQuick: boolean;
  /** Wraps the measured interval, for a profiler. */
  during<T>(measured: () => Promise<T>): Promise<T>;
}

export interface Interval {
  readonly cpuSeconds: number;
  readonly seconds: number;
  /** The share of a core that the load itself used. */
  readonly load: number;
}

/** Measures the server during an interval. */
export async function watch(
  { server, during }: Bench,
  goesOn: () => Promise<void>,
): Promise<Interval> {
  return during(async () => {
    const [cpu, own, at] = [
      server.cpuSeconds(),
      process.cpuUsage(),
      performance.now(),
    ];
    await goesOn();
    const { user, system } = process.cpuUsage(own);
    const seconds = (performance.now() - at) / 1000;
    return {
      cpuSeconds: server.cpuSeconds() - cpu,
      seconds,
      load: (user + system) / 1e6 / seconds,
    };
  });
}

/** Counts for a while after a warm-up. `count` returns the number of units. */
export async function rated(
  bench: Bench,
  count: (tally: Tally) => number,
): Promise<Figures> {
  const { tally } = bench.meeting;
  await pause(bench.warmSeconds * 1000);
  tally.reset();
  const { cpuSeconds, seconds, load } = await watch(bench, () =>
    pause(bench.seconds * 1000),
  );
  const units = count(tally);
  if (tally.closes > 0 || tally.errors > 0)
    throw new Error(`${tally.closes} closes, ${tally.errors} errors.`);
  if (units === 0) throw new Error("Nothing arrived.");
  return {
    cpu: (cpuSeconds * 1e6) / units,
    rate: units / seconds,
    busy: cpuSeconds / seconds,
    load,
  };
}

export function late(tally: Tally): { p50: number; p99: number } {
  const [p50 = Number.NaN, p99 = Number.NaN] = tally.quantiles(0.5, 0.99);
  return { p50, p99 };
}

export { Tally };
