// In which claim of the addressee's name each private message was acked, as far as anybody saw.
import { nameKey } from "../../../src/protocol/names.ts";
import type { PrivateAck } from "../../../src/protocol/server-frames.ts";
import type { Tenancy } from "./name-oracle.ts";
import type { Visit } from "./session-oracle.ts";

export class AckClaims {
  readonly #tenancy: Tenancy;
  readonly #epochs = new Map<PrivateAck, number | undefined>();

  constructor(tenancy: Tenancy) {
    this.#tenancy = tenancy;
  }

  /** The epoch of that claim; undefined if nobody can tell. */
  get(ack: PrivateAck): number | undefined {
    return this.#epochs.get(ack);
  }

  /** Notes the acks that are new, around a look at who holds which name. */
  note(visits: readonly Visit[], look: () => void): void {
    const acks = visits
      .flatMap(({ privateAcks }) => privateAcks)
      .filter((ack) => !this.#epochs.has(ack))
      .map((ack) => ({ ack, before: this.#seen(ack) }));
    look();
    for (const { ack, before } of acks) {
      const epoch = this.#seen(ack);
      // Of two claims seen at once it may have been either.
      const isClear = before === undefined || before === epoch;
      this.#epochs.set(ack, isClear ? epoch : undefined);
    }
  }

  #seen({ to }: PrivateAck): number | undefined {
    return this.#tenancy.last(nameKey(to))?.epoch;
  }
}
