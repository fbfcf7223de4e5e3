// Rounds: runs a scenario in interleaved rounds, in which each server has one turn.
import { Tally } from "./load/tally.ts";
import { Server } from "./machine/server.ts";
import type { Options } from "./options.ts";
import { judgedServers } from "./report/targets.ts";
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

/** The same server of the other checkout. */
const OTHERS: Partial<Record<string, ContenderName>> = {
  "edge-chat": "against",
  deno: "against-deno",
};

export async function runRounds(
  scenario: Scenario,
  options: Options,
): Promise<Results> {
  const { rounds, isQuick } = options;
  const names = contendersOf(scenario, options);
  const running = new Map<ContenderName, Server>();
  const results: { [Name in ContenderName]?: (Figures | null)[] } = {};
  try {
    for (let round = 0; round < rounds; round++)
      for (const name of rotated(names, round)) {
        const server = running.get(name) ?? (await tryStart(name, scenario));
        const figures =
          server &&
          (await attempt(scenario, {
            ...benchOf(name, server, `${scenario.name}-${round}`),
            ...pace(isQuick),
          }));
        say(scenario, name, round, figures);
        results[name] = [...(results[name] ?? []), figures];
        if (server === null) continue;
        running.set(name, server);
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

/** The two checkouts stand side by side, so that they meet the same minute. */
function contendersOf(
  { name, entrants }: Scenario,
  { servers, against, isCompared }: Options,
): ContenderName[] {
  const wanted = isCompared
    ? judgedServers(name).filter((judged) => judged !== "deno")
    : entrants;
  return entrants
    .filter(
      (entrant) =>
        !isAbsent(entrant) &&
        (servers.length === 0 ? wanted : servers).includes(entrant),
    )
    .flatMap((entrant) => {
      const other = OTHERS[entrant];
      return against === undefined || other === undefined
        ? [entrant]
        : [entrant, other];
    });
}

export async function start(
  name: ContenderName,
  { how }: Scenario,
): Promise<Server> {
  return Server.start(await CONTENDERS[name].command(how));
}

/** A server that does not start is told, and has no figures. */
async function tryStart(
  name: ContenderName,
  scenario: Scenario,
): Promise<Server | null> {
  try {
    return await start(name, scenario);
  } catch (error) {
    console.error(String(error));
    return null;
  }
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
    .filter(([, value]) => figures === null || !Number.isNaN(value))
    .map(([metric, value]) => `${metric} ${value.toPrecision(3)}`)
    .join("  ");
  console.error(`${name} #${round + 1} ${entrant.padEnd(11)} ${words}`);
}

function rotated<T>(items: readonly T[], by: number): T[] {
  const at = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}
