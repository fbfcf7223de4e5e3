// A place for a chat to run in that a test has in its hand: its clock, its sockets, its chance.
import type {
  Cancel,
  Environment,
  Locks,
  Probe,
  Socket,
} from "../../src/client/environment.ts";
import { FakeSocket } from "./socket.ts";

interface Timer {
  readonly at: number;
  readonly act: () => void;
}

export class Place implements Environment {
  /** Milliseconds since 1970. */
  time = 1_800_000_000_000;
  /** By how many ms somebody has set the clock, as `now` tells it. */
  clockSetBy = 0;
  /** What `random` says. */
  chance = 0.5;
  /** Every socket that was ever opened, oldest first. */
  readonly sockets: FakeSocket[] = [];
  readonly locks: Locks | null;
  /** What GET answers with: the code of a problem, and words for people. */
  problem: { code?: string } = {};
  probeWords = "HTTP 404";
  /** So often it was asked. */
  probes = 0;
  readonly #timers = new Set<Timer>();
  readonly #wakers = new Set<() => void>();
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
    return this.time + this.clockSetBy;
  }

  uptime(): number {
    return this.time;
  }

  after(ms: number, act: () => void): Cancel {
    const timer = { at: this.time + ms, act };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  random(): number {
    return this.chance;
  }

  secret(): string {
    this.#secrets++;
    return `${this.#name}-${this.#secrets}`.padEnd(22, "0");
  }

  onWake(act: () => void): Cancel {
    this.#wakers.add(act);
    return () => this.#wakers.delete(act);
  }

  probe(): Promise<Probe> {
    this.probes++;
    return Promise.resolve({ words: this.probeWords, ...this.problem });
  }

  /** The page is visible again, or the network is there. */
  wake(): void {
    for (const act of this.#wakers) act();
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
  async nextTry(): Promise<number> {
    const [start, sockets] = [this.time, this.sockets.length];
    await settled();
    while (this.sockets.length === sockets) {
      const times = [...this.#timers].map(({ at }) => at - this.time);
      if (times.length === 0) throw new Error("There is no next try.");
      await this.pass(Math.max(0, Math.min(...times)));
    }
    return this.time - start;
  }

  /** Lets time pass, and all that is due in it happen in its order. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end);
      const next = due.sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers.delete(next);
      this.time = Math.max(this.time, next.at);
      next.act();
      await settled();
    }
    this.time = end;
  }
}

/** Everything that waits for nothing but promises has happened. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
