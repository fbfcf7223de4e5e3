// What a core has asked of other objects: one call in flight to each, what waits goes in the next, in order.
import type { Call, Callee } from "./host.ts";
import type { Op, Reply } from "./ops.ts";

/** Hears the reply; null if the call failed, though it may have taken effect. */
export type Done = (reply: Reply | null, now: number) => void;

interface Item {
  readonly op: Op | (() => Op);
  readonly done: Done;
}

interface Line {
  readonly to: Callee;
  flying: { id: number; items: Item[] } | null;
  waiting: Item[];
}

/** Ops in one call. */
const BATCH = 256;

export class Calls {
  readonly #lines = new Map<string, Line>();
  readonly #flying = new Map<number, Line>();
  /** Lines that may have something to send. */
  readonly #ready = new Set<Line>();
  #nextId = 1;

  /** Is nothing in flight, nor waiting? */
  get isIdle(): boolean {
    return this.#lines.size === 0;
  }

  /**
   * Asks for `op` once everything asked of the same object before is settled.
   *
   * @param op a function is called when it leaves, so that it takes along
   * whatever has come until then
   */
  add(to: Callee, op: Op | (() => Op), done: Done): void {
    const name = `${to.kind} ${to.name}`;
    let line = this.#lines.get(name);
    if (line === undefined) {
      line = { to, flying: null, waiting: [] };
      this.#lines.set(name, line);
    }
    line.waiting.push({ op, done });
    this.#ready.add(line);
  }

  answered(id: number, replies: readonly Reply[] | null, now: number): void {
    const line = this.#flying.get(id);
    if (line?.flying?.id !== id) return;
    const { items } = line.flying;
    this.#flying.delete(id);
    line.flying = null;
    if (line.waiting.length > 0) this.#ready.add(line);
    else this.#lines.delete(`${line.to.kind} ${line.to.name}`);
    items.forEach(({ done }, i) => {
      done(replies?.[i] ?? null, now);
    });
  }

  /** The calls that can be made now. */
  take(): Call[] {
    const calls: Call[] = [];
    for (const line of this.#ready) {
      if (line.flying !== null) continue;
      const items = line.waiting.splice(0, BATCH);
      const id = this.#nextId++;
      line.flying = { id, items };
      this.#flying.set(id, line);
      calls.push({ id, to: line.to, ops: items.map(opOf) });
    }
    this.#ready.clear();
    return calls;
  }
}

function opOf({ op }: Item): Op {
  return typeof op === "function" ? op() : op;
}
