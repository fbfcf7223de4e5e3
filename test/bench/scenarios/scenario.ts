// A scenario: what the clients do to one server, and the figures that come of it.
import type { LoadContext } from "../load/member.ts";
import { Tally } from "../load/tally.ts";
import { pause } from "../machine/process-tree.ts";
import type { Server } from "../machine/server.ts";
import type { ContenderName, Start } from "../servers/contenders.ts";

/** By the name of the metric; the table knows the units. */
export type Figures = Readonly<Record<string, number>>;

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly entrants: readonly ContenderName[];
  /** A server of its own for each measurement, since memory is measured. */
  readonly isFresh?: boolean;
  /** How servers of ours are to be started. */
  readonly how?: Start;
  run(bench: Bench): Promise<Figures>;
}

/** What a scenario is given: one server, once. */
export interface Bench {
  readonly server: Server;
  readonly meeting: LoadContext;
  /** A name that no other measurement uses. */
  readonly room: string;
  readonly warmSeconds: number;
  readonly seconds: number;
  readonly isQuick: boolean;
  /** Wraps the interval that counts, as a profiler does. */
  during<T>(measured: () => Promise<T>): Promise<T>;
}

export interface Interval {
  readonly cpuSeconds: number;
  readonly seconds: number;
  /** The share of a core that the load itself took. */
  readonly load: number;
}

/** Watches the server while something goes on. */
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

/** After a warm-up, counts for a while; `count` says what a unit is. */
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
