// OpenMetrics reader: reads the text of metrics as the standard has it, and refuses whatever the standard does not allow.

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const VALUE = String.raw`"(?:[^"\\\n]|\\[\\n"])*"`;
const LABEL = `[a-zA-Z_][a-zA-Z0-9_]*=${VALUE}`;
const SAMPLE = new RegExp(
  `^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)?\\})? ([0-9.e+-]+|\\+Inf|NaN)$`,
);
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ["_total"],
  gauge: [""],
  histogram: ["_bucket", "_sum", "_count"],
};

/** By the sample's name and labels, as written. */
export type Samples = ReadonlyMap<string, number>;

/**
 * @returns all samples
 * @throws Error with the line that the standard does not allow
 */
export function readOpenMetrics(text: string): Samples {
  const lines = text.split("\n");
  if (lines.pop() !== "" || lines.pop() !== "# EOF")
    throw new Error("The last line is not # EOF.");
  const samples = new Map<string, number>();
  const types = new Map<string, string>();
  let family = "";
  for (const line of lines) {
    const [, word, name = "", rest = ""] =
      /^# (TYPE|UNIT|HELP) (\S+) (.+)$/.exec(line) ?? [];
    if (word === "TYPE") {
      if (types.has(name) || !(rest in SUFFIXES)) throw new Error(line);
      types.set(name, rest);
      family = name;
    } else if (word !== undefined) {
      // All of a family stands together, and its unit ends its name.
      if (name !== family) throw new Error(line);
      if (word === "UNIT" && !name.endsWith(`_${rest}`)) throw new Error(line);
    } else readSample(line, family, types.get(family) ?? "", samples);
  }
  checkBuckets(samples);
  return samples;
}

function readSample(
  line: string,
  family: string,
  type: string,
  samples: Map<string, number>,
): void {
  const [, name = "", labels = "", value] = SAMPLE.exec(line) ?? [];
  const suffix = name.slice(family.length);
  const isOf = name.startsWith(family) && SUFFIXES[type]?.includes(suffix);
  const key = labels === "" ? name : `${name}{${labels}}`;
  const number = Number(value);
  if (!isOf || samples.has(key) || Number.isNaN(number)) throw new Error(line);
  if (type !== "gauge" && number < 0) throw new Error(line);
  samples.set(key, number);
}

/** Buckets add up, and the last one has all. */
function checkBuckets(samples: Samples): void {
  let before = { series: "", count: 0 };
  for (const [key, count] of samples) {
    const [, name, labels = "", bound] =
      /^(\w+)_bucket\{(.*?),?le="([^"]+)"\}$/.exec(key) ?? [];
    if (bound === undefined) continue;
    const series = `${name}{${labels}}`;
    if (series === before.series && count < before.count) throw new Error(key);
    before = { series, count };
    const total = `${name}_count${labels === "" ? "" : `{${labels}}`}`;
    if (bound === "+Inf" && samples.get(total) !== count) throw new Error(key);
    if (bound !== "+Inf" && !/[.e]/.test(bound)) throw new Error(key);
  }
}
