// Benchmark: `npm run bench` measures our server beside others, and its bill.
import { bill } from "./bill/bill.ts";
import { Burden } from "./machine/burden.ts";
import { moveToLoadCore } from "./machine/cores.ts";
import { stopAll } from "./machine/server.ts";
import { HELP, type Options, readOptions } from "./options.ts";
import { profile } from "./profile.ts";
import { drawCrowd } from "./report/chart.ts";
import { LatestResults } from "./report/latest.ts";
import {
  mediansOf,
  printBill,
  printComparison,
  printScenario,
  printVerdicts,
} from "./report/table.ts";
import { judge, judgeBill, type Verdict } from "./report/targets.ts";
import { runRounds } from "./rounds.ts";
import { SCENARIOS } from "./scenarios/all.ts";
import { removeBundles } from "./servers/bundle.ts";
import { CONTENDERS, type ContenderName } from "./servers/contenders.ts";

// Otherwise Miniflare asks the network for a location.
process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";

async function main(options: Options): Promise<void> {
  const latest = new LatestResults();
  const verdicts: Verdict[] = [];
  for (const scenario of SCENARIOS) {
    if (!isWanted(scenario.name, options)) continue;
    const results = await runRounds(scenario, options);
    const reached = judge(scenario.name, results, options.isLoaded);
    verdicts.push(...reached);
    printScenario(scenario, results);
    printComparison(results);
    if (!options.isStored) continue;
    latest.note(scenario, results, reached);
    if (scenario.name === "crowd-200") drawCrowd(mediansOf(results));
  }
  if (isWanted("bill", options) && !options.isCompared) {
    const items = await bill(options.isQuick);
    const reached = judgeBill(items);
    verdicts.push(...reached);
    printBill(items);
    if (options.isStored) latest.noteBill(items, reached);
  }
  printVerdicts(verdicts);
}

async function profileAll(options: Options, wanted: string): Promise<void> {
  const names = options.servers.filter((name) => isEntrant(name));
  const chosen = SCENARIOS.filter(({ name }) =>
    isWanted(name, { ...options, only: wanted.split(",") }),
  );
  for (const scenario of chosen)
    for (const name of names.length === 0 ? ["edge-chat" as const] : names)
      await profile(scenario, name, options.isQuick);
}

/** `crowd` selects all crowds, `crowd-20` only that one. */
function isWanted(name: string, { only }: Options): boolean {
  return (
    only.length === 0 ||
    only.some((one) => name === one || name.startsWith(`${one}-`))
  );
}

function isEntrant(name: string): name is ContenderName {
  return Object.hasOwn(CONTENDERS, name);
}

const options = readOptions(process.argv.slice(2));
if (options === null) {
  const names = [...SCENARIOS.map(({ name }) => name), "bill"].join(" ");
  console.log(`${HELP}\n\nscenarios: ${names}`);
  console.log(`servers: ${Object.keys(CONTENDERS).join(" ")}`);
  process.exit();
}
process.env.BENCH_AGAINST = options.against;
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, async () => {
    await stopAll();
    removeBundles();
    process.exit(1);
  });
moveToLoadCore();
const burden = options.isLoaded ? new Burden() : null;
try {
  if (options.profile === undefined) await main(options);
  else await profileAll(options, options.profile);
} finally {
  burden?.stop();
  await stopAll();
  removeBundles();
}
process.exit();
