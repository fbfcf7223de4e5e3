// Simulated process: the environment of a client in a simulation, until its process crashes.
import type { Socket } from "../../../src/client/environment.ts";
import type { MemoryNetwork } from "./memory-network.ts";
import type { ClientProcess } from "./participant.ts";
import type { SeededRandom } from "./seeded-random.ts";
import type { Tab } from "./tabs.ts";

export class SimulatedProcess implements ClientProcess {
  readonly locks: Tab;
  readonly logLines: string[] = [];
  hasCrashed = false;
  readonly #network: MemoryNetwork;
  readonly #random: SeededRandom;
  #wake = () => {};

  constructor(network: MemoryNetwork, random: SeededRandom, tab: Tab) {
    this.#network = network;
    this.#random = random;
    this.locks = tab;
  }

  open(url: string, protocols: string[]): Socket {
    const socket = this.#network.open(url, protocols);
    socket.hasCrashed = () => this.hasCrashed;
    return socket;
  }

  now(): number {
    return this.#network.simulation.now;
  }

  uptime(): number {
    return this.#network.simulation.now;
  }

  after(ms: number, callback: () => void) {
    return this.#network.simulation.after(ms, () => {
      if (!this.hasCrashed) callback();
    });
  }

  random(): number {
    return this.#random.next();
  }

  createSecret(): string {
    const digits = Array.from({ length: 32 }, () =>
      this.#random.integer(0, 15).toString(16),
    );
    return digits.join("");
  }

  onWake(callback: () => void) {
    this.#wake = callback;
    return () => {};
  }

  probe(): Promise<{ description: string }> {
    return Promise.resolve({ description: "not asked" });
  }

  log(what: string): void {
    this.logLines.push(`${this.now()} ${what}`);
  }

  wake(): void {
    this.#wake();
  }

  crash(): void {
    this.hasCrashed = true;
    this.locks.crash();
  }
}
