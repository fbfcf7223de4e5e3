// Which mail counts as had by its owner, as far as their connections can tell.
import type { MailboxFound } from "./quiesce.ts";
import type { Visit } from "./session-oracle.ts";

/**
 * It was sent to one of their connections, one that was cut unnoticed among
 * them; one that says itself what has arrived has to have said so, be it by
 * `received` or by the `mailSince` of a later join.
 */
export function countsAsHad(
  visits: readonly Visit[],
  { key, letters, epoch }: Pick<MailboxFound, "key" | "letters" | "epoch">,
  id: string,
): boolean {
  const own = visits.filter((visit) => visit.key === key);
  // What the mailbox has dropped had the number that somebody saw.
  const seen = own.flatMap((visit) =>
    visit.welcome?.mailEpoch === epoch ? visit.sent : [],
  );
  const mail = [...letters, ...seen].find((one) => one.id === id)?.mail;
  return own.some((visit) => {
    const { confirmed, unasked, welcome, join } = visit;
    const { mailEpoch, mailSince = 0 } = join;
    if (
      welcome !== null &&
      mailEpoch === epoch &&
      (mail ?? Infinity) <= mailSince
    )
      return true;
    if (confirmed === null) return visit.sent.some((one) => one.id === id);
    const isSaid =
      mail === undefined
        ? visit.sent.some((one) => one.id === id && one.mail <= confirmed)
        : welcome?.mailEpoch === epoch && mail <= confirmed;
    return isSaid || unasked.has(id);
  });
}
