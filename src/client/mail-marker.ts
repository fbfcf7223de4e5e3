// Mail marker: says how far the user has read their private messages, on all devices, and tells the server of it once a second at most.
import type { ReadFrame } from "../protocol/client-frames.ts";
import type { WelcomeFrame } from "../protocol/server-frames.ts";
import type { Cancel, Environment } from "./environment.ts";

/** It also gives the connection of another room the time to be sent the mail. */
const INTERVAL_MS = 1000;

/** The user who reads. */
interface Reader {
  readonly environment: Environment;
  /** The connection that carries what is not of one room. */
  readonly carrier:
    | { readonly readMarker: { send(frame: ReadFrame): void } }
    | undefined;
}

export class MailMarker {
  readonly #reader: Reader;
  /** The claim on the name: another one has other numbers. */
  #epoch = 0;
  #mail = 0;
  /** Up to there the server knows it. */
  #told = 0;
  #isSupported = false;
  #cancel: Cancel | null = null;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** The user has read up to this number; 0: nothing. */
  get mail(): number {
    return this.#mail;
  }

  onWelcome({ mailEpoch, mailRead = 0, limits }: WelcomeFrame): void {
    if (mailEpoch !== this.#epoch) this.#mail = 0;
    [this.#epoch, this.#told] = [mailEpoch, mailRead];
    this.#isSupported = !!limits.rooms;
    this.mark(mailRead);
    this.#sendLater();
  }

  /** Another device has read. @returns false if it is known already */
  onRead(mail: number): boolean {
    this.#told = Math.max(this.#told, mail);
    return this.mark(mail);
  }

  /** @returns false if it moves nothing */
  mark(mail: number): boolean {
    if (!(mail > this.#mail)) return false;
    this.#mail = mail;
    this.#sendLater();
    return true;
  }

  /** Tells the server now: the client is closed, or the time has come. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    const { carrier } = this.#reader;
    // Without a connection the next welcome says how far the server knows.
    if (carrier === undefined || this.#mail <= this.#told) return;
    this.#told = this.#mail;
    carrier.readMarker.send({ type: "read", mail: this.#mail, id: "read" });
  }

  #sendLater(): void {
    if (!this.#isSupported || this.#mail <= this.#told) return;
    this.#cancel ??= this.#reader.environment.after(INTERVAL_MS, () =>
      this.flush(),
    );
  }
}
