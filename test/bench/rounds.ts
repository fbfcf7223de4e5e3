// Rounds: runs a scenario in interleaved rounds, in which each server has one turn.
import { Tally } from "./load/tally.ts";
import { Server } from "./machine/server.ts";
import type { Options } from "./options.ts";
import type { Bench, Figures, Scenario } from "./scenarios/scenario.ts";
import {
  CONTENDERS,
  type ContenderName,
  isAbsent,
} from "./servers/contenders.ts";

/** The figures of each round by server; null if the server failed. */
export type Results = Readonly<
  Partial<Record<ContenderName, readonly (Figures | null)[]>>
>;

export async function runRounds(
  scenario: Scenario,
  { rounds, servers, isQuick, against }: Options,
): Promise<Results> {
  const names: ContenderName[] = scenario.entrants.filter(
    (name) =>
      !isAbsent(name) && (servers.length === 0 || servers.includes(name)),
  );
  if (against !== undefined) names.push("against");
  const running = new Map<ContenderName, Server>();
  const results: { [Name in ContenderName]?: (Figures | null)[] } = {};
  try {
    for (let round = 0; round < rounds; round++)
      for (const name of rotated(names, round)) {
        const server = running.get(name) ?? (await start(name, scenario));
        running.set(name, server);
        const bench = benchOf(name, server, `${scenario.name}-${round}`);
        const figures = await attempt(scenario, { ...bench, ...pace(isQuick) });
        say(scenario, name, round, figures);
        results[name] = [...(results[name] ?? []), figures];
        const isQuiet = figures !== null && (await server.settles());
        if (scenario.isFresh || !isQuiet) {
          running.delete(name);
          await server.stop();
        }
      }
  } finally {
    for (const server of running.values()) await server.stop();
  }
  return results;
}

export async function start(
  name: ContenderName,
  { how }: Scenario,
): Promise<Server> {
  return Server.start(await CONTENDERS[name].command(how));
}

export function benchOf(name: ContenderName, server: Server, room: string) {
  const { dialect } = CONTENDERS[name];
  return {
    server,
    meeting: { port: server.port, dialect, tally: new Tally() },
    room,
    during: <T>(measured: () => Promise<T>) => measured(),
  };
}

export function pace(
  isQuick: boolean,
): Pick<Bench, "warmSeconds" | "seconds" | "isQuick"> {
  return {
    warmSeconds: isQuick ? 0.5 : 1.5,
    seconds: isQuick ? 1 : 3,
    isQuick,
  };
}

/** A server that fails under a scenario has no figures for it. */
async function attempt(
  scenario: Scenario,
  bench: Bench,
): Promise<Figures | null> {
  try {
    return await scenario.run(bench);
  } catch (error) {
    console.error(String(error));
    return null;
  }
}

function say(
  { name }: Scenario,
  entrant: ContenderName,
  round: number,
  figures: Figures | null,
): void {
  const words = Object.entries(figures ?? { failed: Number.NaN })
    .map(([metric, value]) => `${metric} ${value.toPrecision(3)}`)
    .join("  ");
  console.error(`${name} #${round + 1} ${entrant.padEnd(11)} ${words}`);
}

function rotated<T>(items: readonly T[], by: number): T[] {
  const at = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}
