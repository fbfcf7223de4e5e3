// Profile: prints the self time of each function of our Worker in a scenario.
import { readFileSync } from "node:fs";
import { Inspector, type Profile } from "./machine/inspector.ts";
import { benchOf, pace, start } from "./rounds.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import { bundle } from "./servers/bundle.ts";
import { type ContenderName, OUR_ENTRY } from "./servers/contenders.ts";

const LINES = 30;

export async function profile(
  scenario: Scenario,
  name: ContenderName,
  isQuick: boolean,
): Promise<void> {
  const how = { ...scenario.how, inspect: true };
  const server = await start(name, { ...scenario, how });
  try {
    const inspector = await Inspector.attach(server);
    let taken: Profile | undefined;
    const figures = await scenario.run({
      ...benchOf(name, server, `profile-${scenario.name}`),
      ...pace(isQuick),
      during: async (measured) => {
        const { result, profile } = await inspector.profile(measured);
        taken = profile;
        return result;
      },
    });
    inspector.close();
    console.log(scenario.title, figures);
    if (taken !== undefined) {
      printFunctions(taken);
      await printLines(taken);
    }
  } finally {
    await server.stop();
  }
}

/** Samples are counted, not weighed: on a busy machine the gaps are longer. */
function printFunctions({ nodes, samples }: Profile): void {
  const names = new Map(
    nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]),
  );
  const self = new Map<string, number>();
  for (const id of samples) {
    const name = names.get(id) ?? "?";
    self.set(name, (self.get(name) ?? 0) + 1);
  }
  const idle = self.get("(idle)") ?? 0;
  self.delete("(idle)");
  console.log(`idle in ${percent(idle, samples)} % of the samples; busy in:`);
  print(self, samples);
}

/** The same by line of the bundle, for long functions. */
async function printLines({ nodes, samples }: Profile): Promise<void> {
  const source = readFileSync(await bundle(OUR_ENTRY), "utf8").split("\n");
  const self = new Map<number, number>();
  for (const { callFrame, positionTicks = [] } of nodes)
    for (const { line, ticks } of callFrame.url === "" ? [] : positionTicks)
      self.set(line, (self.get(line) ?? 0) + ticks);
  console.log("by line:");
  const named = [...self].map(
    ([line, ticks]) =>
      [`${line}: ${source[line - 1]?.trim().slice(0, 90)}`, ticks] as const,
  );
  print(new Map(named), samples);
}

function print(
  counts: ReadonlyMap<string, number>,
  all: readonly number[],
): void {
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  for (const [name, count] of sorted.slice(0, LINES))
    console.log(`${percent(count, all).padStart(6)} %  ${name}`);
}

function nameOf({
  functionName,
  lineNumber,
  url,
}: Profile["nodes"][number]["callFrame"]): string {
  const name = functionName === "" ? "(anonymous)" : functionName;
  return url === "" ? name : `${name} :${lineNumber + 1}`;
}

function percent(count: number, all: readonly number[]): string {
  return ((100 * count) / all.length).toFixed(1);
}
