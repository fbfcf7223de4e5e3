// Mail expiry: private messages are deleted at an age, also where nobody writes to the name or comes in by it.
import { DAY_MS } from "../../shared/deadline.ts";
import type { Mailbox } from "./mailbox.ts";

/** What is too old is deleted so often at most: each time may take an alarm. */
const INTERVAL_MS = DAY_MS;

export class MailExpiry {
  readonly #mailbox: Pick<Mailbox, "oldestAt" | "dropBefore">;
  readonly #ageMs: number;
  /** When something was last deleted, ms since 1970. */
  #ranAt = Number.NEGATIVE_INFINITY;

  constructor(
    mailbox: Pick<Mailbox, "oldestAt" | "dropBefore">,
    { MAILBOX_DAYS }: { readonly MAILBOX_DAYS: number },
  ) {
    this.#mailbox = mailbox;
    this.#ageMs = MAILBOX_DAYS * DAY_MS;
  }

  /** When the next message is deleted, ms since 1970; null: there is none. */
  get dueAt(): number | null {
    const { oldestAt } = this.#mailbox;
    if (oldestAt === null) return null;
    return Math.max(oldestAt + this.#ageMs + 1, this.#ranAt + INTERVAL_MS);
  }

  /** Deletes what is too old. @returns true if there was anything */
  run(now: number): boolean {
    const { dueAt } = this;
    if (dueAt === null || dueAt > now) return false;
    this.#ranAt = now;
    return this.#mailbox.dropBefore(now - this.#ageMs) > 0;
  }
}
