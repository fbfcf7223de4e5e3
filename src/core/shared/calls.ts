// Calls: a core asks other objects with one call in flight to each, and what waits goes in the next call, in order.
import type { Call, Callee } from "./contract.ts";
import type { Op, Reply } from "./rpc.ts";
import { withTrace } from "./trace.ts";

/** @param reply null: the call failed, but may have taken effect */
export type OnReply = (reply: Reply | null, now: number) => void;

interface PendingOp {
  readonly op: Op | (() => Op);
  readonly done: OnReply;
  /** The trace of the request that has led to it. */
  readonly traceparent: string | null;
}

interface CallQueue {
  readonly to: Callee;
  inFlight: { id: number; items: PendingOp[] } | null;
  waiting: PendingOp[];
}

/** A call has at most so many ops. */
const CALL_OPS_MAX = 256;

export class Calls {
  /**
   * The trace of the request that is handled at present; null: it has none. Calls
   * that are added take it along, and it is back when they are answered.
   */
  traceparent: string | null = null;
  readonly #queues = new Map<string, CallQueue>();
  readonly #inFlight = new Map<number, CallQueue>();
  /** Queues that may have ops to send. */
  readonly #ready = new Set<CallQueue>();
  #nextId = 1;

  /**
   * Goes on after the calls of a core that this one replaces, whose answers are
   * ignored.
   */
  continueFrom(other: Calls): void {
    this.#nextId = other.#nextId;
  }

  /** Is no op in flight or waiting? */
  get isIdle(): boolean {
    return this.#queues.size === 0;
  }

  /**
   * Sends `op` once all earlier calls to the same object are answered.
   *
   * @param op a function is called when the op leaves, so that it includes
   * everything that has come until then
   */
  add(to: Callee, op: Op | (() => Op), done: OnReply): void {
    const name = `${to.kind} ${to.name}`;
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      queue = { to, inFlight: null, waiting: [] };
      this.#queues.set(name, queue);
    }
    queue.waiting.push({ op, done, traceparent: this.traceparent });
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
    items.forEach(({ done, traceparent }, i) => {
      this.traceparent = traceparent;
      done(replies?.[i] ?? null, now);
    });
    this.traceparent = null;
  }

  /** @returns the names of the objects to which a call can be made now */
  ready(kind: Callee["kind"]): string[] {
    return [...this.#ready]
      .filter(({ to, inFlight }) => to.kind === kind && inFlight === null)
      .map(({ to }) => to.name);
  }

  /** @returns the calls that can be made now */
  take(): Call[] {
    const calls: Call[] = [];
    this.moveTo(calls);
    return calls;
  }

  /** Moves the calls that can be made now to the end of a list. */
  moveTo(calls: Call[]): void {
    if (this.#ready.size === 0) return;
    for (const queue of this.#ready) {
      if (queue.inFlight !== null) continue;
      const items = queue.waiting.splice(0, CALL_OPS_MAX);
      const id = this.#nextId++;
      queue.inFlight = { id, items };
      this.#inFlight.set(id, queue);
      calls.push({ id, to: queue.to, ops: items.map(opOf) });
    }
    this.#ready.clear();
  }
}

function opOf({ op, traceparent }: PendingOp): Op {
  return withTrace(typeof op === "function" ? op() : op, traceparent);
}
