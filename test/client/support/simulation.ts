// Simulation: the time in which real clients and real rooms live together in one process.

import type { Settings } from "../../../src/protocol/settings.ts";
import type { ObjectHost } from "../../core/support/object-host.ts";
import { type PendingCall, World } from "../../core/support/world.ts";

interface Task {
  readonly at: number;
  /** Of tasks of one time the oldest goes first. */
  readonly order: number;
  readonly callback: () => void;
}

export class Simulation {
  readonly world: World;
  /** Asked for every call between objects, there and back: ms. */
  callDelayMs: () => number = () => 0;
  /** By the leg that they are on: calls that go on by a task of their own. */
  readonly #scheduled = new Map<PendingCall, PendingCall["leg"]>();
  /** When the newest call of an object arrives: they keep their order. */
  readonly #callAt = new Map<ObjectHost, number>();
  readonly #tasks = new Set<Task>();
  #order = 0;

  constructor(settings: Partial<Settings>, seed: number) {
    this.world = new World(settings, seed);
  }

  get now(): number {
    return this.world.now;
  }

  /** In whole ms, as clocks tell it. @returns a function that takes it back */
  after(ms: number, callback: () => void): () => void {
    const at = this.now + Math.max(0, Math.ceil(ms));
    const task = { at, order: this.#order++, callback };
    this.#tasks.add(task);
    return () => this.#tasks.delete(task);
  }

  /** Lets time pass: all that is due in it happens, in its order. */
  async advance(ms: number): Promise<void> {
    const end = this.now + ms;
    while (await this.#step(end)) {
      // Each step does what is due next.
    }
    if (this.now < end) this.world.now = end;
  }

  /** @throws Error that says what was awaited, if it never comes to be */
  async until(
    what: () => string,
    condition: () => boolean,
    timeoutMs = 600_000,
  ): Promise<void> {
    const end = this.now + timeoutMs;
    await flushPromises();
    while (!condition())
      if (!(await this.#step(end)))
        throw new Error(`Awaited in vain: ${what()}`);
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

/** Everything that waits for promises alone has happened. */
function flushPromises(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
