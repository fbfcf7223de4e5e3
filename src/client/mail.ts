// The private messages of one user: how far they are had, and each taken once, by whatever room it comes.
import type { PrivateMessage } from "../protocol/messages.ts";
import type { Keeper } from "./keeper.ts";
import { has } from "./wire.ts";

/** Private messages that are known when they come a second time. */
const KNOWN_MAX = 2000;
/** Own ones whose copies are still awaited. */
const SENT_MAX = 100;

/**
 * - `new`, `past`: to be shown; the latter had been, by a chat before this one
 * - `known`: has been shown
 * - `anew`: this is another mailbox than the one we know; join again
 */
export type Taken = "new" | "past" | "known" | "anew";

export class Mail {
  readonly #keeper: Keeper;
  /** The number of the newest one that was had, and its id. */
  #mail = 0;
  #id: string | null = null;
  /** Own ones that were acked, whose numbers are not known yet. */
  #sent: string[] = [];
  readonly #known = new Set<string>();

  constructor(keeper: Keeper) {
    this.#keeper = keeper;
  }

  async load(): Promise<void> {
    const kept = await this.#keeper.get();
    if (!has(kept, "mail# id sent[]")) return;
    this.#mail = Number(kept.mail);
    this.#id = String(kept.id);
    if (Array.isArray(kept.sent)) this.#sent = kept.sent.map(String);
  }

  /** The newest one that was had. */
  get newest(): number {
    return this.#mail;
  }

  /**
   * What to join with: the newest one is asked for again, since its id tells
   * whether this is still the mailbox that we know.
   */
  get since(): number {
    return Math.max(0, this.#mail - 1);
  }

  /**
   * @param asked the `mailSince` of the join
   * @returns false if it is another mailbox, and not all of it is to come
   */
  welcome(newest: number, asked: number): boolean {
    if (newest >= this.#mail) return true;
    this.#forget();
    // Asked for more than there is, the server sends all.
    return asked > newest || newest === 0;
  }

  /** @param pastToo is what was shown before this chat to be shown again? */
  take(message: PrivateMessage, pastToo: boolean): Taken {
    const { mail, id } = message;
    if (mail === this.#mail && id !== this.#id) {
      this.#forget();
      return "anew";
    }
    const isPast = mail <= this.#mail;
    if (!isPast) {
      this.#mail = mail;
      this.#id = id;
    }
    const key = keyOf(message.user, message.clientId ?? id);
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
  sent(user: string, clientId: string): boolean {
    const key = keyOf(user, clientId);
    if (this.#known.has(key)) return false;
    this.#know(key);
    this.#sent = [...this.#sent, key].slice(-SENT_MAX);
    this.#keep();
    return true;
  }

  #forget(): void {
    this.#mail = 0;
    this.#id = null;
    this.#keep();
  }

  #know(key: string): void {
    this.#known.add(key);
    const [oldest = key] = this.#known;
    if (this.#known.size > KNOWN_MAX) this.#known.delete(oldest);
  }

  #keep(): void {
    const [mail, id, sent] = [this.#mail, this.#id ?? "", this.#sent];
    this.#keeper.set({ mail, id, sent });
  }
}

/** The same for every copy of a message, also of one that was sent twice. */
function keyOf(user: string, clientId: string): string {
  return `${user} ${clientId}`;
}
