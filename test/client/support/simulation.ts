// Simulation: runs real clients and real rooms in one process, on one simulated clock.

import type { Settings } from "../../../src/protocol/settings.ts";
import type { ObjectHost } from "../../core/support/object-host.ts";
import { type PendingCall, World } from "../../core/support/world.ts";

interface Task {
  readonly at: number;
  /** Among tasks of the same time the oldest runs first. */
  readonly order: number;
  readonly callback: () => void;
}

export class Simulation {
  readonly world: World;
  /** Called for every call between objects, there and back: milliseconds. */
  callDelayMs: () => number = () => 0;
  /** Calls that a task continues, by their leg. */
  readonly #scheduled = new Map<PendingCall, PendingCall["leg"]>();
  /** When the last call of an object arrives: calls keep their order. */
  readonly #callAt = new Map<ObjectHost, number>();
  readonly #tasks = new Set<Task>();
  #order = 0;

  constructor(settings: Partial<Settings>, seed: number) {
    this.world = new World(settings, seed);
  }

  get now(): number {
    return this.world.now;
  }

  /**
   * In whole milliseconds, as clocks count. @returns a function that cancels it
   */
  after(ms: number, callback: () => void): () => void {
    const at = this.now + Math.max(0, Math.ceil(ms));
    const task = { at, order: this.#order++, callback };
    this.#tasks.add(task);
    return () => this.#tasks.delete(task);
  }

  /** Advances the clock, and runs all tasks that are due, in order. */
  async advance(ms: number): Promise<void> {
    const end = this.now + ms;
    while (await this.#step(end)) {
      // Each step runs the next task.
    }
    if (this.now < end) this.world.now = end;
  }

  /** @throws Error with the description, if the condition never holds */
  async until(
    description: () => string,
    condition: () => boolean,
    timeoutMs = 600_000,
  ): Promise<void> {
    const end = this.now + timeoutMs;
    await flushPromises();
    while (!condition())
      if (!(await this.#step(end)))
        throw new Error(`Timed out: ${description()}`);
  }

  /** @returns false if nothing is due until then */
  async #step(end: number): Promise<boolean> {
    await flushPromises();
    this.#scheduleCalls();
    const task = this.#nextTask();
    const due = this.#nextDue();
    const at = Math.min(task?.at ?? Infinity, due);
    if (at > end) return false;
    if (due <= at) {
      this.world.advance(Math.max(0, due - this.now));
      return true;
    }
    if (task === null) return false;
    this.#tasks.delete(task);
    this.world.now = Math.max(this.now, task.at);
    task.callback();
    return true;
  }

  #scheduleCalls(): void {
    const { pendingCalls } = this.world;
    for (const call of this.#scheduled.keys())
      if (!pendingCalls.includes(call)) this.#scheduled.delete(call);
    for (const call of pendingCalls) {
      const { from, leg } = call;
      if (leg === "asked" || this.#scheduled.get(call) === leg) continue;
      this.#scheduled.set(call, leg);
      const last = this.#callAt.get(from) ?? 0;
      const at = Math.max(last, this.now + Math.ceil(this.callDelayMs()));
      this.#callAt.set(from, at);
      this.after(at - this.now, () => {
        if (this.world.pendingCalls.includes(call)) this.world.deliver(call);
      });
    }
  }

  #nextTask(): Task | null {
    let next: Task | null = null;
    for (const task of this.#tasks)
      if (
        next === null ||
        task.at < next.at ||
        (task.at === next.at && task.order < next.order)
      )
        next = task;
    return next;
  }

  #nextDue(): number {
    let next = Infinity;
    for (const { timer, alarm } of this.world.hosts)
      next = Math.min(next, timer ?? Infinity, alarm ?? Infinity);
    return next;
  }
}

/** Runs everything that waits for promises only. */
function flushPromises(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
