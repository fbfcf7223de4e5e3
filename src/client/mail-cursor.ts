// The private messages of one user: how far they are had, and each taken once, by whatever room it comes.
import type { PrivateMessage } from "../protocol/server-frames.ts";
import type { DebouncedValue } from "./debounced-value.ts";
import { hasFields } from "./parse-frame.ts";

/** Private messages that are known when they come a second time. */
const SEEN_MAX = 2000;
/** Own ones whose copies are still awaited. */
const AWAITED_COPIES_MAX = 100;

/**
 * - `new`, `replay`: to be shown; the latter had been, by a chat before this one
 * - `duplicate`: has been shown
 */
export type MailStatus = "new" | "replay" | "duplicate";

export class MailCursor {
  readonly #stored: DebouncedValue;
  /** The number of the newest one that was had, and which mail it is of. */
  #newest = 0;
  #epoch = 0;
  /** Own ones that were acked, whose numbers are not known yet. */
  #awaitedCopies: string[] = [];
  readonly #seen = new Set<string>();

  constructor(stored: DebouncedValue) {
    this.#stored = stored;
  }

  async load(): Promise<void> {
    const stored = await this.#stored.get();
    if (!hasFields(stored, "mail+ epoch+ sent[]")) return;
    this.#newest = Number(stored.mail);
    this.#epoch = Number(stored.epoch);
    if (Array.isArray(stored.sent))
      this.#awaitedCopies = stored.sent.map(String);
  }

  /** The newest one that was had. */
  get newest(): number {
    return this.#newest;
  }

  /** What to join with. @param wantsAll from the beginning? */
  joinFields(wantsAll: boolean): { mailSince: number; mailEpoch?: number } {
    if (wantsAll || this.#newest === 0) return { mailSince: 0 };
    return { mailSince: this.#newest, mailEpoch: this.#epoch };
  }

  /** If it is of another claim on the name, the numbers are others. */
  onWelcome(epoch: number): void {
    if (epoch !== this.#epoch) this.#newest = 0;
    this.#epoch = epoch;
  }

  /** @param includeReplay is what was shown before this chat to be shown again? */
  receive(message: PrivateMessage, includeReplay: boolean): MailStatus {
    const { mail, id, clientId = id, user, to } = message;
    const isReplay = mail <= this.#newest;
    if (!isReplay) this.#newest = mail;
    const key = copyKey(user, to, clientId);
    const wasSent = this.#awaitedCopies.includes(key);
    if (wasSent)
      this.#awaitedCopies = this.#awaitedCopies.filter((one) => one !== key);
    this.#save();
    if (this.#seen.has(key)) return "duplicate";
    this.#remember(key);
    if (wasSent || (isReplay && !includeReplay)) return "duplicate";
    return isReplay ? "replay" : "new";
  }

  /**
   * An own one was acked.
   *
   * @returns true if it has not been shown yet
   */
  recordSent(user: string, to: string, clientId: string): boolean {
    const key = copyKey(user, to, clientId);
    if (this.#seen.has(key)) return false;
    this.#remember(key);
    this.#awaitedCopies = [...this.#awaitedCopies, key].slice(
      -AWAITED_COPIES_MAX,
    );
    this.#save();
    return true;
  }

  #remember(key: string): void {
    this.#seen.add(key);
    const [oldest = key] = this.#seen;
    if (this.#seen.size > SEEN_MAX) this.#seen.delete(oldest);
  }

  #save(): void {
    const [mail, epoch, sent] = [
      this.#newest,
      this.#epoch,
      this.#awaitedCopies,
    ];
    this.#stored.set({ mail, epoch, sent });
  }
}

/** The same for every copy of a message, also of one that was sent twice. */
function copyKey(user: string, to: string, clientId: string): string {
  return `${user} ${to} ${clientId}`;
}
