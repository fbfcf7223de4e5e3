// The private messages of one user: how far they are had, and each taken once, by whatever room it comes.
import type { PrivateMessage } from "../protocol/server-frames.ts";
import type { Keeper } from "./keeper.ts";
import { has } from "./wire.ts";

/** Private messages that are known when they come a second time. */
const KNOWN_MAX = 2000;
/** Own ones whose copies are still awaited. */
const SENT_MAX = 100;

/**
 * - `new`, `past`: to be shown; the latter had been, by a chat before this one
 * - `known`: has been shown
 */
export type Taken = "new" | "past" | "known";

export class Mail {
  readonly #keeper: Keeper;
  /** The number of the newest one that was had, and which mail it is of. */
  #mail = 0;
  #epoch = 0;
  /** Own ones that were acked, whose numbers are not known yet. */
  #sent: string[] = [];
  readonly #known = new Set<string>();

  constructor(keeper: Keeper) {
    this.#keeper = keeper;
  }

  async load(): Promise<void> {
    const kept = await this.#keeper.get();
    if (!has(kept, "mail+ epoch+ sent[]")) return;
    this.#mail = Number(kept.mail);
    this.#epoch = Number(kept.epoch);
    if (Array.isArray(kept.sent)) this.#sent = kept.sent.map(String);
  }

  /** The newest one that was had. */
  get newest(): number {
    return this.#mail;
  }

  /** What to join with. @param isAll from the beginning? */
  since(isAll: boolean): { mailSince: number; mailEpoch?: number } {
    if (isAll || this.#mail === 0) return { mailSince: 0 };
    return { mailSince: this.#mail, mailEpoch: this.#epoch };
  }

  /** If it is of another claim on the name, the numbers are others. */
  welcome(epoch: number): void {
    if (epoch !== this.#epoch) this.#mail = 0;
    this.#epoch = epoch;
  }

  /** @param pastToo is what was shown before this chat to be shown again? */
  take(message: PrivateMessage, pastToo: boolean): Taken {
    const { mail, id, clientId = id, user, to } = message;
    const isPast = mail <= this.#mail;
    if (!isPast) this.#mail = mail;
    const key = keyOf(user, to, clientId);
    const wasSent = this.#sent.includes(key);
    if (wasSent) this.#sent = this.#sent.filter((one) => one !== key);
    this.#keep();
    if (this.#known.has(key)) return "known";
    this.#know(key);
    if (wasSent || (isPast && !pastToo)) return "known";
    return isPast ? "past" : "new";
  }

  /**
   * An own one was acked.
   *
   * @returns true if it has not been shown yet
   */
  sent(user: string, to: string, clientId: string): boolean {
    const key = keyOf(user, to, clientId);
    if (this.#known.has(key)) return false;
    this.#know(key);
    this.#sent = [...this.#sent, key].slice(-SENT_MAX);
    this.#keep();
    return true;
  }

  #know(key: string): void {
    this.#known.add(key);
    const [oldest = key] = this.#known;
    if (this.#known.size > KNOWN_MAX) this.#known.delete(oldest);
  }

  #keep(): void {
    const [mail, epoch, sent] = [this.#mail, this.#epoch, this.#sent];
    this.#keeper.set({ mail, epoch, sent });
  }
}

/** The same for every copy of a message, also of one that was sent twice. */
function keyOf(user: string, to: string, clientId: string): string {
  return `${user} ${to} ${clientId}`;
}
