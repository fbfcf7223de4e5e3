// Mail event log: an app hears of the private messages to a name, by the numbers of the mail.
import type { EventLog } from "../../shared/events/event-batcher.ts";
import type { Claim } from "../claims/claim.ts";
import type { Mailbox } from "./mailbox.ts";
import { type StoredMail, toMail } from "./stored-mail.ts";

/**
 * The messages to the owner, numbered as their mail is, for the app. The text is
 * empty of a sender's copy, of a mention, and of a message that was dropped.
 *
 * @param prefix of the epoch, which tells names apart
 */
export function mailEventLog(
  prefix: string,
  mailbox: Mailbox,
  claim: () => Claim | null,
): EventLog {
  return {
    get epoch() {
      const { epoch } = claim() ?? {};
      return epoch === undefined ? null : `${prefix}-${epoch}`;
    },
    get head() {
      return claim()?.head ?? 0;
    },
    hasAllAfter: (mail) => mail <= (claim()?.head ?? 0),
    after(mail, limit) {
      const count = Math.min(limit, this.head - mail);
      const lines = Array.from({ length: count }, () => "");
      for (const stored of mailbox.after(mail)) {
        const place = stored.mail - mail - 1;
        if (place < count) lines[place] = eventLine(stored);
      }
      return { lines };
    },
  };
}

/** A message to oneself is one message. */
export function eventLine(stored: StoredMail): string {
  return stored.fromKey === null ? "" : toMail(stored).line;
}
