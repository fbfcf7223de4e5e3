// OpenMetrics: writes metrics as the text that Prometheus scrapes, version 1.0.0 of the format.
import type { Histogram } from "../../core/shared/counters.ts";

/** A label has few values, and never the name of a person or a room. */
type Labels = Readonly<Record<string, string>>;

/** One metric with all of its label values. Times are in ms. */
export interface Metric {
  /** With its unit at the end, and without `_total`. */
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly values: readonly (readonly [Labels, number | Histogram])[];
}

export function writeOpenMetrics(metrics: readonly Metric[]): string {
  const lines = metrics.flatMap(writeMetric);
  return `${[...lines, "# EOF"].join("\n")}\n`;
}

function writeMetric({ name, help, type, values }: Metric): string[] {
  const unit = /_(seconds|bytes)$/.exec(name)?.[1];
  return [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${help}`,
    ...values.flatMap(([labels, value]) =>
      typeof value === "number"
        ? sample(type === "counter" ? `${name}_total` : name, labels, value)
        : writeHistogram(name, labels, value),
    ),
  ];
}

function writeHistogram(
  name: string,
  labels: Labels,
  { bounds, counts, sum }: Histogram,
): string[] {
  let total = 0;
  const buckets = counts.map((count, at) => {
    total += count;
    const bound = bounds[at];
    const le = bound === undefined ? "+Inf" : decimal(bound / 1000);
    return sample(`${name}_bucket`, { ...labels, le }, total);
  });
  return [
    ...buckets,
    sample(`${name}_sum`, labels, sum / 1000),
    sample(`${name}_count`, labels, total),
  ];
}

function sample(name: string, labels: Labels, value: number): string {
  const written = Object.entries(labels)
    .map(([label, text]) => `${label}="${escapeText(text)}"`)
    .join();
  return `${name}${written === "" ? "" : `{${written}}`} ${value}`;
}

/** OpenMetrics wants a bound as a float. */
function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function escapeText(text: string): string {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll('"', '\\"');
}
