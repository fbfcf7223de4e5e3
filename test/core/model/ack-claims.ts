// Ack claims: the model notes under which claim of the addressee's name each private message was acked.
import { nameKey } from "../../../src/protocol/name-key.ts";
import type { PrivateAck } from "../../../src/protocol/server-frames.ts";
import type { NameOracle } from "./name-oracle.ts";
import type { Session } from "./session-oracle.ts";

export class AckClaims {
  readonly #nameOracle: NameOracle;
  readonly #epochs = new Map<PrivateAck, number | undefined>();

  constructor(nameOracle: NameOracle) {
    this.#nameOracle = nameOracle;
  }

  /** @returns the epoch of that claim; undefined if it is not known */
  get(ack: PrivateAck): number | undefined {
    return this.#epochs.get(ack);
  }

  /** Notes new acks. @param observe updates the name oracle */
  note(sessions: readonly Session[], observe: () => void): void {
    const acks = sessions
      .flatMap(({ privateAcks }) => privateAcks)
      .filter((ack) => !this.#epochs.has(ack))
      .map((ack) => ({ ack, before: this.#seen(ack) }));
    observe();
    for (const { ack, before } of acks) {
      const epoch = this.#seen(ack);
      // If the claim has changed in this step, the ack can be of either claim,
      // also if nobody has seen the one before: its room may have died first.
      this.#epochs.set(ack, before === epoch ? epoch : undefined);
    }
  }

  #seen({ to }: PrivateAck): number | undefined {
    return this.#nameOracle.lastHolder(nameKey(to))?.epoch;
  }
}
