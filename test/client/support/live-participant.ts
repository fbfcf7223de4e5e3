// One person at a client on a bad network, against a real server.
import { setTimeout as pause } from "node:timers/promises";
import type { FaultyNetwork } from "./faulty-network.ts";
import { LiveProcess } from "./live-process.ts";
import { Participant } from "./participant.ts";

/** So many times as fast as life, but for the network and the server. */
const CLOCK_SPEED = 10;

export class LiveParticipant extends Participant {
  readonly network: FaultyNetwork;

  constructor(
    identity: string | LiveParticipant,
    room: string,
    network: FaultyNetwork,
  ) {
    super({
      identity,
      room,
      startProcess: (tab) => new LiveProcess(CLOCK_SPEED, tab, network.url),
      disconnect: () => network.disconnect(),
    });
    this.network = network;
  }
}

/** Waits until it is so. @throws Error that says what was awaited */
export async function waitUntil(
  what: () => string,
  condition: () => boolean,
  timeoutMs = 120_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`Awaited in vain: ${what()}`);
    await pause(10);
  }
}
