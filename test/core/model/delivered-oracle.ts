// Delivered oracle: the model decides which mail counts as delivered to its owner, as far as the clients can tell.
import type { MailboxSnapshot } from "./quiesce.ts";
import type { Session } from "./session-oracle.ts";

/**
 * Mail counts as delivered once it was sent to a connection of its owner, even
 * to one that was cut unnoticed. A client that confirms its mail must have
 * confirmed it, by `received` or by the `mailSince` of a later join.
 *
 * @param id the server's id of the private message
 */
export function countsAsDelivered(
  sessions: readonly Session[],
  { key, messages, epoch }: Pick<MailboxSnapshot, "key" | "messages" | "epoch">,
  id: string,
): boolean {
  const own = sessions.filter((session) => session.key === key);
  // The number of mail that the mailbox has dropped is known if a client saw it.
  const seen = own.flatMap((session) =>
    session.welcome?.mailEpoch === epoch ? session.privatesSent : [],
  );
  const mail = [...messages, ...seen].find((one) => one.id === id)?.mail;
  return own.some((session) => {
    const { confirmed, sentUnconfirmed, welcome, join } = session;
    const { mailEpoch, mailSince = 0 } = join;
    // The join may have arrived even if its welcome did not.
    if (mailEpoch === epoch && (mail ?? Infinity) <= mailSince) return true;
    if (confirmed === null)
      return session.privatesSent.some((one) => one.id === id);
    const isConfirmed =
      mail === undefined
        ? session.privatesSent.some(
            (one) => one.id === id && one.mail <= confirmed,
          )
        : welcome?.mailEpoch === epoch && mail <= confirmed;
    return isConfirmed || sentUnconfirmed.has(id);
  });
}
