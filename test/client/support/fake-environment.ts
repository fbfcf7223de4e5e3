// A place for a chat to run in that a test has in its hand: its clock, its sockets, its chance.
import type {
  Cancel,
  Environment,
  Locks,
  ProbeResult,
  Socket,
} from "../../../src/client/environment.ts";
import { FakeSocket } from "./fake-socket.ts";

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

export class FakeEnvironment implements Environment {
  /** Milliseconds since 1970. */
  time = 1_800_000_000_000;
  /** By how many ms somebody has set the clock, as `now` tells it. */
  clockOffsetMs = 0;
  /** What `random` says. */
  randomValue = 0.5;
  /** Every socket that was ever opened, oldest first. */
  readonly sockets: FakeSocket[] = [];
  readonly locks: Locks | null;
  /** What GET answers with: the code of a problem, and words for people. */
  probeProblem: { code?: string } = {};
  probeDescription = "HTTP 404";
  /** So often it was asked. */
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

  /** The page is visible again, or the network is there. */
  wake(): void {
    for (const callback of this.#wakeCallbacks) callback();
  }

  /** The newest socket. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("No socket was opened.");
    return socket;
  }

  /** Does anything wait for its time? */
  get isIdle(): boolean {
    return this.#timers.size === 0;
  }

  /** Lets time pass until another socket is opened: after how many ms? */
  async advanceToNextAttempt(): Promise<number> {
    const [start, sockets] = [this.time, this.sockets.length];
    await flushPromises();
    while (this.sockets.length === sockets) {
      const times = [...this.#timers].map(({ at }) => at - this.time);
      if (times.length === 0) throw new Error("There is no next try.");
      await this.advance(Math.max(0, Math.min(...times)));
    }
    return this.time - start;
  }

  /** Lets time pass, and all that is due in it happen in its order. */
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

/** Everything that waits for nothing but promises has happened. */
export function flushPromises(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
