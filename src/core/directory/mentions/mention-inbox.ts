// Mention inbox: a directory takes mentions of its owner, but not from users who are blocked, nor too many from one.
import { publicId } from "../../shared/identity.ts";
import type { Mention, MentionRecord } from "../../shared/mention-requests.ts";
import type { Claim } from "../claims/claim.ts";
import type {
  IsMentionRead,
  MentionStore,
  StoredMention,
} from "./mention-store.ts";

export interface MentionInboxOptions {
  readonly store: MentionStore;
  /** Has the owner blocked this public id? */
  isBlocked(user: string): boolean;
  /** Has the owner read it? Absent: nothing is known to be read. */
  readonly isRead?: IsMentionRead;
}

export class MentionInbox {
  readonly store: MentionStore;
  readonly #options: MentionInboxOptions;

  constructor(options: MentionInboxOptions) {
    this.store = options.store;
    this.#options = options;
  }

  /**
   * Stores mentions with the next numbers of the owner's mail.
   *
   * @returns those that are new
   */
  accept({ mentions }: Mention, claim: Claim, now: number): StoredMention[] {
    const accepted: StoredMention[] = [];
    for (const record of mentions) {
      if (this.#isRefused(record, claim, now)) continue;
      const { toUser: _, ...mention } = record;
      // The claim is not written for this: the newest mention has the number.
      claim.head++;
      const stored = { ...mention, mail: claim.head };
      this.store.add(stored);
      accepted.push(stored);
    }
    return accepted;
  }

  #isRefused(record: MentionRecord, claim: Claim, now: number): boolean {
    const { user, at, toUser } = record;
    const { isBlocked, isRead = () => false } = this.#options;
    const owner = publicId(claim.identity);
    if (user === owner || (toUser !== undefined && toUser !== owner))
      return true;
    // It was for the holder of that time. See `isAddressedTo` of the mail.
    if (at < claim.epoch && claim.epoch <= now) return true;
    return (
      isBlocked(user) ||
      this.store.had(record, now) ||
      this.store.isFullOf(user, isRead, now)
    );
  }
}
