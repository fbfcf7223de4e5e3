// One person at a client on a bad network, against a real server.
import { setTimeout as pause } from "node:timers/promises";
import type { Network } from "../network.ts";
import { Participant } from "../participant.ts";
import { Life } from "./life.ts";

/** So many times as fast as life, but for the network and the server. */
const SPEED = 10;

export class Client extends Participant {
  readonly network: Network;

  constructor(who: string | Client, room: string, network: Network) {
    super({
      who,
      room,
      startProcess: (tab) => new Life(SPEED, tab, network.url),
      cut: () => network.cut(),
    });
    this.network = network;
  }
}

/** Waits until it is so. @throws Error that says what was awaited */
export async function until(
  what: () => string,
  isSo: () => boolean,
  patienceMs = 120_000,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`Awaited in vain: ${what()}`);
    await pause(10);
  }
}
