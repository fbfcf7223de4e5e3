// Options: reads the command line of the benchmark.
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
  /** The scenario to profile. */
  readonly profile: string | undefined;
}

export const HELP = `npm run bench -- [options]
  --rounds N         interleaved rounds of each scenario (5)
  --only a,b         scenarios by the beginning of their names, or bill
  --servers a,b      servers by name
  --quick            short intervals, one round unless --rounds says more
  --against DIR      another checkout of edge-chat beside this one
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
      profile: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  return {
    rounds: Number(values.rounds ?? (values.quick ? 1 : 5)),
    only: list(values.only),
    servers: list(values.servers),
    isQuick: values.quick,
    against: values.against,
    profile: values.profile,
  };
}

function list(value: string | undefined): string[] {
  return value === undefined ? [] : value.split(",").filter(Boolean);
}
