// Metered server: our Worker with counters, and the cost of all that happens to it.
import type { LoadContext } from "../load/member.ts";
import { Tally } from "../load/tally.ts";
import { Server } from "../machine/server.ts";
import {
  CONTENDERS,
  countedCommand,
  type Settings,
} from "../servers/contenders.ts";
import { type Cost, costOf } from "./prices.ts";
import type { Totals } from "./totals.ts";

export class MeteredServer {
  readonly server: Server;
  readonly meeting: LoadContext;

  private constructor(server: Server) {
    const { dialect } = CONTENDERS["edge-chat"];
    this.server = server;
    this.meeting = { port: server.port, dialect, tally: new Tally() };
  }

  static async open(
    settings: Settings,
    folder?: string,
  ): Promise<MeteredServer> {
    const command = await countedCommand({ settings });
    return new MeteredServer(await Server.start(command, folder));
  }

  async totals(): Promise<Totals> {
    const response = await fetch(`${this.server.report.url}/bench/totals`);
    return (await response.json()) as Totals;
  }

  /**
   * Runs `goesOn`, which resolves with its number of units, and returns the
   * cost of one.
   */
  async cost(goesOn: () => Promise<number>): Promise<Cost> {
    return this.costBy(costOf, goesOn);
  }

  /** The same by another rule. */
  async costBy(
    toCost: typeof costOf,
    goesOn: () => Promise<number>,
  ): Promise<Cost> {
    await this.server.settles();
    const [before, cpu] = [await this.totals(), this.server.cpuSeconds()];
    const units = await goesOn();
    await this.server.settles();
    const [after, seconds] = [await this.totals(), this.server.cpuSeconds()];
    return toCost(minus(after, before), seconds - cpu, units);
  }
}

function minus(after: Totals, before: Totals): Totals {
  const entries = Object.entries(after).map(([name, value]) => [
    name,
    value - before[name as keyof Totals],
  ]);
  return Object.fromEntries(entries);
}
