// Table: prints the medians of a scenario, the targets and the bill.
import type { Item } from "../bill/bill.ts";
import type { Results } from "../rounds.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { CONTENDERS, type ContenderName } from "../servers/contenders.ts";
import { median } from "./median.ts";
import { ratio } from "./ratio.ts";
import type { Verdict } from "./targets.ts";

/** The metrics with their column heads. */
const METRICS: Readonly<Record<string, string>> = {
  cpu: "CPU us each",
  rate: "per s",
  p50: "p50 ms",
  p99: "p99 ms",
  searchedP50: "p50 searched",
  searchedP99: "p99 searched",
  ms: "ms",
  startMs: "start ms",
  cpuMs: "CPU ms",
  kB: "kB each",
  rushKB: "kB at once",
  soonKB: "kB after 15 s",
  laterKB: "kB after 60 s",
  replayed: "replayed",
  busy: "server's core",
  searchedBusy: "core searched",
  load: "load's core",
};

export type Medians = Readonly<
  Partial<Record<ContenderName, Readonly<Record<string, number>>>>
>;

export function mediansOf(results: Results): Medians {
  return Object.fromEntries(
    Object.entries(results).map(([name, rounds]) => {
      const metrics = Object.keys(METRICS).flatMap((metric) => {
        const value = median(rounds.map((figures) => figures?.[metric]));
        return Number.isNaN(value) ? [] : [[metric, short(value)] as const];
      });
      return [name, Object.fromEntries(metrics)];
    }),
  );
}

export function printScenario({ title }: Scenario, results: Results): void {
  const medians = mediansOf(results);
  const names = (Object.keys(medians) as ContenderName[]).filter(
    (name) => Object.keys(medians[name] ?? {}).length > 0,
  );
  const metrics = Object.keys(METRICS).filter((metric) =>
    names.some((name) => medians[name]?.[metric] !== undefined),
  );
  const compared = metrics.find(
    (metric) => metric === "cpu" || metric === "kB" || metric === "soonKB",
  );
  const to = (of: ContenderName, other: ContenderName) =>
    compared === undefined ? "" : words(ratio(results, compared, of, other));
  const rows = names.map((name) => [
    CONTENDERS[name].title,
    ...metrics.map((metric) => words(medians[name]?.[metric])),
    to("edge-chat", name),
    to(name, "socket.io"),
  ]);
  console.log(`\n${title}`);
  const head = ["", ...metrics.map((metric) => METRICS[metric] ?? metric)];
  printColumns([[...head, "ours to it", "it to Socket.IO"], ...rows]);
}

/** Prints our figures as ratios to those of the other checkout. */
export function printComparison(results: Results): void {
  for (const [ours, theirs] of [
    ["edge-chat", "against"],
    ["deno", "against-deno"],
  ] as const) {
    const ratios = Object.keys(METRICS)
      .map((metric) => [metric, ratio(results, metric, ours, theirs)] as const)
      .filter(([, value]) => !Number.isNaN(value))
      .map(([metric, value]) => `${METRICS[metric]} ${words(value)}`);
    if (ratios.length > 0)
      console.log(`${ours} to the other checkout: ${ratios.join(" · ")}`);
  }
}

export function printVerdicts(verdicts: readonly Verdict[]): void {
  if (verdicts.length === 0) return;
  console.log("\nTargets (medians of the ratios of each round)");
  printColumns([
    ["", "reached", "at most", ""],
    ...verdicts.map(({ target, reached, atMost, isMet }) => [
      target,
      words(reached),
      words(atMost),
      isMet ? "met" : "MISSED",
    ]),
  ]);
}

export function printBill(items: readonly Item[]): void {
  console.log("\nThe bill, counted here, at Cloudflare's published prices");
  printColumns([
    [
      "",
      "dollars",
      "requests",
      "rows written",
      "by names",
      "rows read",
      "GB-s",
      "Worker ms",
    ],
    ...items.map(({ what, per, cost }) => [
      what,
      words(cost.dollars * per),
      words(cost.requests * per),
      words(cost.rowsWritten * per),
      words(cost.nameRowsWritten * per),
      words(cost.rowsRead * per),
      words(cost.gbSeconds * per),
      words(cost.workerMs === undefined ? undefined : cost.workerMs * per),
    ]),
  ]);
}

/** The figures are not more exact than three digits. */
export function short(value: number): number {
  return Number(value.toPrecision(3));
}

function words(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "";
  return short(value).toLocaleString("en", { maximumSignificantDigits: 3 });
}

function printColumns(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  for (const row of rows)
    console.log(
      row
        .map((cell, column) =>
          column === 0
            ? cell.padEnd(widths[column] ?? 0)
            : cell.padStart((widths[column] ?? 0) + 2),
        )
        .join(""),
    );
}
