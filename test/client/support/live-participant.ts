// Live participant: runs one user's client on a faulty network, against a real server.
import { setTimeout as pause } from "node:timers/promises";
import type { FaultyNetwork } from "./faulty-network.ts";
import { LiveProcess } from "./live-process.ts";
import { Participant } from "./participant.ts";

/**
 * The client's clock runs faster than real time; the network and the server do
 * not.
 */
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

/** Waits for the condition. @throws Error with the description */
export async function waitUntil(
  description: () => string,
  condition: () => boolean,
  timeoutMs = 120_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`Timed out: ${description()}`);
    await pause(10);
  }
}
