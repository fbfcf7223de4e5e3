// Options: reads the command line of the benchmark.
import { resolve } from "node:path";
import { parseArgs } from "node:util";

export interface Options {
  readonly rounds: number;
  /** Scenarios by the start of their names; empty: all, and the bill. */
  readonly only: readonly string[];
  /** Servers by name; empty: all. */
  readonly servers: readonly string[];
  /** Short intervals and few clients, to check that the benchmark works. */
  readonly isQuick: boolean;
  /** Another checkout to measure beside this one. */
  readonly against: string | undefined;
  /** Only the two checkouts and the servers of the targets take part. */
  readonly isCompared: boolean;
  /** A second process uses half of the server's core. */
  readonly isLoaded: boolean;
  /** False: no figure goes to results/latest.json. */
  readonly isStored: boolean;
  /** The scenario to profile. */
  readonly profile: string | undefined;
}

export const HELP = `npm run bench -- [options]
  --rounds N         interleaved rounds of each scenario (5)
  --only a,b         scenarios by the beginning of their names, or bill
  --servers a,b      servers by name
  --quick            short intervals, one round unless --rounds says more
  --against DIR      another checkout of edge-chat beside this one
  --compare DIR      this checkout and the one in DIR, and the servers that the
                     targets name, for a few seconds; nothing is stored
  --loaded           another process uses half of the server's core; targets
                     may be missed by a fifth, those of a p50 do not count;
                     nothing is stored
  --dry              nothing is stored
  --profile a        where the time of our Worker goes in scenario a`;

export function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string" },
      only: { type: "string" },
      servers: { type: "string" },
      quick: { type: "boolean", default: false },
      against: { type: "string" },
      compare: { type: "string" },
      profile: { type: "string" },
      loaded: { type: "boolean", default: false },
      dry: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const isCompared = values.compare !== undefined;
  const isQuick = values.quick || isCompared;
  const against = values.compare ?? values.against;
  return {
    rounds: Number(values.rounds ?? (isQuick ? 1 : 5)),
    only: list(values.only),
    servers: list(values.servers),
    isQuick,
    isCompared,
    isLoaded: values.loaded,
    isStored: !(isQuick || values.loaded || values.dry),
    against: against === undefined ? undefined : resolve(against),
    profile: values.profile,
  };
}

function list(value: string | undefined): string[] {
  return value === undefined ? [] : value.split(",").filter(Boolean);
}
