// What something costs a room and names, in rows written, alarms included; printed as a table at the end.
import { afterAll } from "vitest";
import { nameKey } from "../../../src/protocol/names.ts";
import { type ObjectMetrics, readMetrics } from "./object-metrics.ts";
import type { Server } from "./server.ts";

export interface Cost {
  readonly room: number;
  /** Rows and alarms of the directory objects of those named. */
  readonly directory: number;
}

const total = ({ rows, alarms }: ObjectMetrics) => rows + alarms;

/** @param server with counting-worker.ts for its entry */
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

  /** Notes what it cost under a name, for each of so many times. */
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
