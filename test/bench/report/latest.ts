// Latest results: keeps the newest figures of each scenario and of the bill in results/latest.json.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import type { Item } from "../bill/bill.ts";
import { isSplit } from "../machine/cores.ts";
import type { Results } from "../rounds.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { ContenderName } from "../servers/contenders.ts";
import { ratio } from "./ratio.ts";
import { type Medians, mediansOf, short } from "./table.ts";
import type { Verdict } from "./targets.ts";

type Machine = Readonly<Record<string, string | number | boolean>>;

interface Latest {
  /** Arrays are objects here, so that a formatter does not change them. */
  scenarios: Record<
    string,
    {
      title: string;
      measured: string;
      rounds: number;
      /** The scenarios may be measured on different machines. */
      machine: Machine;
      medians: Medians;
      /** The medians of each round's ratios, of servers that ran beside it. */
      cpuToSocketIo: Readonly<Record<string, number>>;
    }
  >;
  targets: Record<string, Omit<Verdict, "target">>;
  bill: Record<string, Readonly<Record<string, number>>>;
}

const PATH = new URL("../results/latest.json", import.meta.url);

export class LatestResults {
  readonly #latest: Latest;

  constructor() {
    this.#latest = existsSync(PATH)
      ? JSON.parse(readFileSync(PATH, "utf8"))
      : { scenarios: {}, targets: {}, bill: {} };
  }

  note(
    { name, title }: Scenario,
    results: Results,
    verdicts: readonly Verdict[],
  ): void {
    const rounds = Math.max(
      ...Object.values(results).map(({ length }) => length),
    );
    const measured = new Date().toISOString().slice(0, 10);
    const cpuToSocketIo = ratiosToSocketIo(results);
    const medians = mediansOf(results);
    this.#latest.scenarios[name] = {
      title,
      measured,
      rounds,
      machine: thisMachine(),
      medians,
      cpuToSocketIo,
    };
    for (const target of Object.keys(this.#latest.targets))
      if (target.startsWith(`${name}:`)) delete this.#latest.targets[target];
    this.#noteTargets(verdicts);
    this.#write();
  }

  noteBill(items: readonly Item[], verdicts: readonly Verdict[]): void {
    this.#noteTargets(verdicts);
    this.#latest.bill = Object.fromEntries(
      items.map(({ what, per, cost }) => [
        what,
        Object.fromEntries(
          Object.entries(cost).map(([name, value]) => [
            name,
            short(value * per),
          ]),
        ),
      ]),
    );
    this.#write();
  }

  #noteTargets(verdicts: readonly Verdict[]): void {
    for (const { target, reached, atMost, isMet } of verdicts)
      this.#latest.targets[target] = { reached: short(reached), atMost, isMet };
  }

  #write(): void {
    mkdirSync(new URL(".", PATH), { recursive: true });
    writeFileSync(PATH, `${JSON.stringify(this.#latest, null, 2)}\n`);
  }
}

function thisMachine(): Machine {
  const { model = "unknown" } = cpus()[0] ?? {};
  return {
    processor: model,
    cores: cpus().length,
    coreOfItsOwn: isSplit,
    node: process.version,
  };
}

function ratiosToSocketIo(results: Results): Record<string, number> {
  const names = Object.keys(results) as ContenderName[];
  const ratios = names.map(
    (name) => [name, ratio(results, "cpu", name, "socket.io")] as const,
  );
  return Object.fromEntries(
    ratios
      .filter(([, value]) => !Number.isNaN(value))
      .map(([name, value]) => [name, short(value)]),
  );
}
