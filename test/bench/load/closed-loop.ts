// Closed loop: each member sends again when the last one is acked, until the loop stops.
import { pause } from "../machine/process-tree.ts";
import type { Member } from "./member.ts";

/** Patience with the acks of a stopped loop. */
const STOP_MS = 60_000;

export class ClosedLoop {
  readonly #members: readonly Member[];
  readonly #send: (member: Member, index: number) => void;
  readonly #each: number;
  #isRunning = false;
  #inFlight = 0;

  /** @param each the messages that each member has in flight */
  constructor(
    members: readonly Member[],
    send: (member: Member, index: number) => void,
    each = 1,
  ) {
    this.#each = each;
    this.#members = members;
    this.#send = send;
  }

  start(): void {
    this.#isRunning = true;
    this.#members.forEach((member, i) => {
      const next = () => {
        this.#inFlight++;
        this.#send(member, i);
      };
      member.onAck = () => {
        this.#inFlight--;
        if (this.#isRunning) next();
      };
      for (let i = 0; i < this.#each; i++) next();
    });
  }

  /** Sends no more, and resolves when all acks are there. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    const deadline = performance.now() + STOP_MS;
    while (this.#inFlight > 0) {
      if (performance.now() > deadline)
        throw new Error(`${this.#inFlight} acks did not come.`);
      await pause(20);
    }
  }
}
