// Chaos: `npm run chaos` runs campaigns of faults and floods; each prints its figures or the broken promise.
import { parseArgs } from "node:util";
import { HOSTS, type HostName } from "../hosts/killable-server.ts";
import { crash } from "./crash.ts";
import { erasures } from "./erasures.ts";
import { events } from "./events.ts";
import { floods } from "./floods.ts";
import { publishes } from "./publishes.ts";
import { reconnectStorm } from "./reconnect-storm.ts";
import { restore } from "./restore.ts";
import { slowReaders } from "./slow-readers.ts";
import { socketIo } from "./socketio.ts";
import { transfer } from "./transfer.ts";
import { webhooks } from "./webhooks.ts";

const HELP = `npm run chaos -- [campaign ...] [options]
  campaigns          crash, events, webhooks, publishes, erasures, restore (Deno alone), transfer,
                     storm, slow, floods, socketio (all, if none is named)
  --host NAME        cloudflare or deno (both)
  --kills N          of the server, in the crash campaign (50), in events, webhooks, publishes, erasures,
                     restore, transfer and socketio (10)
  --people N         who talk in it (10)
  --connections N    cut at once, in the storm (1000); clients in socketio (100)
  --seed N           the same chances again`;

/** Where nothing else is asked for. */
const DEFAULTS: Readonly<
  Record<string, { kills?: number; connections?: number }>
> = {
  events: { kills: 10 },
  webhooks: { kills: 10 },
  publishes: { kills: 10 },
  erasures: { kills: 10 },
  restore: { kills: 10 },
  transfer: { kills: 10 },
  socketio: { kills: 10, connections: 100 },
};

interface Options {
  readonly kills: number;
  readonly people: number;
  readonly connections: number;
  readonly seed: number;
}

/** How long the room of the slow readers is active. */
const SLOW_SECONDS = 10;

type Campaign = (host: HostName, options: Options) => Promise<object>;

const CAMPAIGNS: Readonly<Record<string, Campaign>> = {
  crash: (host, options) => crash({ host, ...options }),
  events: (host, options) => events({ host, ...options }),
  webhooks: (host, options) => webhooks({ host, ...options }),
  publishes: (host, options) => publishes({ host, ...options }),
  erasures: (host, options) => erasures({ host, ...options }),
  // A server on Cloudflare has no file to copy.
  restore: (host, options) =>
    host === "deno" ? restore(options) : Promise.resolve({}),
  transfer: (host, options) => transfer({ host, ...options }),
  storm: (host, options) => reconnectStorm({ host, ...options }),
  slow: (host, options) =>
    slowReaders({ host, ...options, seconds: SLOW_SECONDS, isPatient: true }),
  floods: (host, options) => floods({ host, ...options, scale: 1 }),
  socketio: (host, { seed, connections, kills }) =>
    socketIo({ host, seed, clients: connections, kills }),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    host: { type: "string" },
    kills: { type: "string" },
    people: { type: "string", default: "10" },
    connections: { type: "string" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    help: { type: "boolean", default: false },
  },
});
const chosen = positionals.length > 0 ? positionals : Object.keys(CAMPAIGNS);
const hosts = HOSTS.filter((name) => (values.host ?? name) === name);
const isKnown = chosen.every((name) => Object.hasOwn(CAMPAIGNS, name));
if (values.help || !isKnown || hosts.length === 0) {
  console.log(HELP);
  process.exit(values.help ? 0 : 2);
}
for (const name of chosen)
  for (const host of hosts) await run(name, host, Number(values.seed));
process.exit(process.exitCode);

async function run(name: string, host: HostName, seed: number): Promise<void> {
  const options = {
    kills: Number(values.kills ?? DEFAULTS[name]?.kills ?? 50),
    people: Number(values.people),
    connections: Number(
      values.connections ?? DEFAULTS[name]?.connections ?? 1000,
    ),
    seed,
  };
  const begun = performance.now();
  try {
    const figures = await CAMPAIGNS[name]?.(host, options);
    const seconds = Math.round((performance.now() - begun) / 1000);
    console.log(`\n${name} on ${host}, seed ${seed}: ${seconds} s`);
    console.table(figures);
  } catch (error) {
    console.error(`\n${name} on ${host}: a promise was broken.`);
    console.error(error instanceof Error ? error.message : error);
    console.error(
      `Again: npm run chaos -- ${name} --host ${host} --seed ${seed}`,
    );
    process.exitCode = 1;
  }
}
