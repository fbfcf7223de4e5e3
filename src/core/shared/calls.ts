// What a core has asked of other objects: one call in flight to each, what waits goes in the next, in order.
import type { Call, Callee } from "./contract.ts";
import type { Op, Reply } from "./rpc.ts";

/** Hears the reply; null if the call failed, though it may have taken effect. */
export type OnReply = (reply: Reply | null, now: number) => void;

interface PendingOp {
  readonly op: Op | (() => Op);
  readonly done: OnReply;
}

interface CallQueue {
  readonly to: Callee;
  inFlight: { id: number; items: PendingOp[] } | null;
  waiting: PendingOp[];
}

/** Ops in one call. */
const CALL_OPS_MAX = 256;

export class Calls {
  readonly #queues = new Map<string, CallQueue>();
  readonly #inFlight = new Map<number, CallQueue>();
  /** Lines that may have something to send. */
  readonly #ready = new Set<CallQueue>();
  #nextId = 1;

  /** Is nothing in flight, nor waiting? */
  get isIdle(): boolean {
    return this.#queues.size === 0;
  }

  /**
   * Asks for `op` once everything asked of the same object before is settled.
   *
   * @param op a function is called when it leaves, so that it takes along
   * whatever has come until then
   */
  add(to: Callee, op: Op | (() => Op), done: OnReply): void {
    const name = `${to.kind} ${to.name}`;
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      queue = { to, inFlight: null, waiting: [] };
      this.#queues.set(name, queue);
    }
    queue.waiting.push({ op, done });
    this.#ready.add(queue);
  }

  answered(id: number, replies: readonly Reply[] | null, now: number): void {
    const queue = this.#inFlight.get(id);
    if (queue?.inFlight?.id !== id) return;
    const { items } = queue.inFlight;
    this.#inFlight.delete(id);
    queue.inFlight = null;
    if (queue.waiting.length > 0) this.#ready.add(queue);
    else this.#queues.delete(`${queue.to.kind} ${queue.to.name}`);
    items.forEach(({ done }, i) => {
      done(replies?.[i] ?? null, now);
    });
  }

  /** The calls that can be made now. */
  take(): Call[] {
    const calls: Call[] = [];
    for (const queue of this.#ready) {
      if (queue.inFlight !== null) continue;
      const items = queue.waiting.splice(0, CALL_OPS_MAX);
      const id = this.#nextId++;
      queue.inFlight = { id, items };
      this.#inFlight.set(id, queue);
      calls.push({ id, to: queue.to, ops: items.map(opOf) });
    }
    this.#ready.clear();
    return calls;
  }
}

function opOf({ op }: PendingOp): Op {
  return typeof op === "function" ? op() : op;
}
