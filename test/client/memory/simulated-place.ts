// Simulated place: where a client runs in a simulation, until its process ends.
import type { Socket } from "../../../src/client/environment.ts";
import type { Chance } from "../chance.ts";
import type { Process } from "../participant.ts";
import type { Tab } from "../tabs.ts";
import type { MemoryNetwork } from "./memory-network.ts";

export class SimulatedPlace implements Process {
  readonly locks: Tab;
  readonly notes: string[] = [];
  isDead = false;
  readonly #network: MemoryNetwork;
  readonly #chance: Chance;
  #wake = () => {};

  constructor(network: MemoryNetwork, chance: Chance, tab: Tab) {
    this.#network = network;
    this.#chance = chance;
    this.locks = tab;
  }

  open(url: string, protocols: string[]): Socket {
    const socket = this.#network.open(url, protocols);
    socket.isDead = () => this.isDead;
    return socket;
  }

  now(): number {
    return this.#network.simulation.now;
  }

  uptime(): number {
    return this.#network.simulation.now;
  }

  after(ms: number, act: () => void) {
    return this.#network.simulation.after(ms, () => {
      if (!this.isDead) act();
    });
  }

  random(): number {
    return this.#chance.next();
  }

  secret(): string {
    const digits = Array.from({ length: 32 }, () =>
      this.#chance.from(0, 15).toString(16),
    );
    return digits.join("");
  }

  onWake(act: () => void) {
    this.#wake = act;
    return () => {};
  }

  probe(): Promise<{ words: string }> {
    return Promise.resolve({ words: "not asked" });
  }

  note(what: string): void {
    this.notes.push(`${this.now()} ${what}`);
  }

  wake(): void {
    this.#wake();
  }

  end(): void {
    this.isDead = true;
    this.locks.dies();
  }
}
