// Mail cursor: remembers the last private message received, and detects duplicates over all rooms of a user.
import type {
  MentionFrame,
  PrivateMessage,
} from "../protocol/server-frames.ts";
import type { DebouncedValue } from "./debounced-value.ts";
import { hasFields } from "./parse-frame.ts";

/** Private messages that are recognized as duplicates. */
const SEEN_MAX = 2000;
/** Sent messages whose copies are still expected. */
const AWAITED_COPIES_MAX = 100;

/**
 * - `new`: to be shown
 * - `replay`: to be shown, though an earlier chat has shown it
 * - `duplicate`: shown before
 */
export type MailStatus = "new" | "replay" | "duplicate";

export class MailCursor {
  readonly #stored: DebouncedValue;
  /**
   * The number of the newest message received, and the epoch of its mailbox.
   */
  #newest = 0;
  #epoch = 0;
  /** Keys of acked messages whose mailbox numbers are not known yet. */
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

  /** The number of the newest message received. */
  get newest(): number {
    return this.#newest;
  }

  /** The fields of a join. @param wantsAll from the beginning of the mailbox */
  joinFields(wantsAll: boolean): { mailSince: number; mailEpoch?: number } {
    if (wantsAll || this.#newest === 0) return { mailSince: 0 };
    return { mailSince: this.#newest, mailEpoch: this.#epoch };
  }

  /** Another claim of the name has another mailbox, with its own numbers. */
  onWelcome(epoch: number): void {
    if (epoch !== this.#epoch) this.#newest = 0;
    this.#epoch = epoch;
  }

  /**
   * @param includeReplay also messages that an earlier chat has shown
   * @param isSending it is an own message without an ack. The connection that
   * sent it gets no copy, so newer mail may have come by that one
   */
  receive(
    message: PrivateMessage,
    includeReplay: boolean,
    isSending = false,
  ): MailStatus {
    const { mail, id, clientId = id, user, to } = message;
    const isReplay = mail <= this.#newest && !isSending;
    this.#newest = Math.max(this.#newest, mail);
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

  /** The same of a mention, which nobody has sent from here. */
  receiveMention(
    { mail, room, epoch, of }: MentionFrame,
    includeReplay: boolean,
  ): MailStatus {
    const isReplay = mail <= this.#newest;
    this.#newest = Math.max(this.#newest, mail);
    this.#save();
    const key = `@${room} ${epoch} ${of}`;
    if (this.#seen.has(key) || (isReplay && !includeReplay)) return "duplicate";
    this.#remember(key);
    return isReplay ? "replay" : "new";
  }

  /**
   * An own message was acked.
   *
   * @returns true if it is not shown yet
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

/** The same key for every copy of a message, also of one sent twice. */
function copyKey(user: string, to: string, clientId: string): string {
  return `${user} ${to} ${clientId}`;
}
