// Row costs: measures the rows that a step writes in a room and in directories, and prints a table at the end.
import { afterAll } from "vitest";
import { nameKey } from "../../../src/protocol/name-key.ts";
import { type ObjectMetrics, readMetrics } from "./object-metrics.ts";
import type { Server } from "./server.ts";

export interface Cost {
  readonly room: number;
  /** Rows and alarms of the directories of the given names. */
  readonly directory: number;
}

const total = ({ rows, alarms }: ObjectMetrics) => rows + alarms;

/** @param server must run counting-worker.ts */
export function trackRowCosts(server: Server) {
  const table: Record<string, Cost> = {};
  afterAll(() => {
    console.log("Rows written, alarms included:");
    console.table(table);
  });

  async function written(
    room: string,
    names: readonly string[],
  ): Promise<Cost> {
    let directory = 0;
    for (const name of names)
      directory += total(await readMetrics(server, "directory", nameKey(name)));
    return { room: total(await readMetrics(server, "room", room)), directory };
  }

  /** Records the cost of `act` under a name, divided by the number of times. */
  return async function costOf(
    what: string,
    room: string,
    names: readonly string[],
    act: () => Promise<unknown>,
    times = 1,
  ): Promise<Cost> {
    const before = await written(room, names);
    await act();
    const after = await written(room, names);
    const each = (count: number) => Math.round((count / times) * 1000) / 1000;
    const cost = {
      room: each(after.room - before.room),
      directory: each(after.directory - before.directory),
    };
    table[what] = cost;
    return cost;
  };
}
