// Fake environment: gives a chat under test a clock, sockets and random numbers that the test controls.
import type {
  Cancel,
  Environment,
  Locks,
  Socket,
} from "../../../src/client/environment.ts";
import type { ProbeResult } from "../../../src/client/probe.ts";
import { FakeSocket } from "./fake-socket.ts";

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

export class FakeEnvironment implements Environment {
  /** Milliseconds since 1970. */
  time = 1_800_000_000_000;
  /** The difference by which the clock was set, as `now` tells it. */
  clockOffsetMs = 0;
  /** The value of `random`. */
  randomValue = 0.5;
  /** All sockets that were opened, oldest first. */
  readonly sockets: FakeSocket[] = [];
  readonly locks: Locks | null;
  /** The answer to `probe`: a problem code, and a description for people. */
  probeProblem: { code?: string } = {};
  probeDescription = "HTTP 404";
  /** The number of calls of `probe`. */
  probeCount = 0;
  readonly #timers = new Set<Timer>();
  readonly #wakeCallbacks = new Set<() => void>();
  readonly #name: string;
  #secrets = 0;

  /** @param name begins every secret that is made here */
  constructor(name = "secret", locks: Locks | null = null) {
    this.#name = name;
    this.locks = locks;
  }

  open(url: string, protocols: string[]): Socket {
    const socket = new FakeSocket(url, protocols);
    this.sockets.push(socket);
    return socket;
  }

  now(): number {
    return this.time + this.clockOffsetMs;
  }

  uptime(): number {
    return this.time;
  }

  after(ms: number, callback: () => void): Cancel {
    const timer = { at: this.time + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  random(): number {
    return this.randomValue;
  }

  createSecret(): string {
    this.#secrets++;
    return `${this.#name}-${this.#secrets}`.padEnd(22, "0");
  }

  onWake(callback: () => void): Cancel {
    this.#wakeCallbacks.add(callback);
    return () => this.#wakeCallbacks.delete(callback);
  }

  probe(): Promise<ProbeResult> {
    this.probeCount++;
    return Promise.resolve({
      description: this.probeDescription,
      ...this.probeProblem,
    });
  }

  /** The page is visible again, or the network is back. */
  wake(): void {
    for (const callback of this.#wakeCallbacks) callback();
  }

  /** The newest socket. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("No socket was opened.");
    return socket;
  }

  /** True if no timer runs. */
  get isIdle(): boolean {
    return this.#timers.size === 0;
  }

  /** Advances until another socket is opened. @returns milliseconds */
  async advanceToNextAttempt(): Promise<number> {
    const [start, sockets] = [this.time, this.sockets.length];
    await flushPromises();
    while (this.sockets.length === sockets) {
      const times = [...this.#timers].map(({ at }) => at - this.time);
      if (times.length === 0) throw new Error("There is no next attempt.");
      await this.advance(Math.max(0, Math.min(...times)));
    }
    return this.time - start;
  }

  /** Advances the clock, and runs the timers that are due, in order. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end);
      const next = due.sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers.delete(next);
      this.time = Math.max(this.time, next.at);
      next.callback();
      await flushPromises();
    }
    this.time = end;
  }
}

/** Runs everything that waits for promises only. */
export function flushPromises(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
