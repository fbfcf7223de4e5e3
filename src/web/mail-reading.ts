// Mail reading: tells the user's other devices which private messages were read on this one.
import { nameKey } from "./name-key.ts";
import { isMentionWaiting } from "./room-mentions.ts";
import { lastReadPosition } from "./unread.ts";
import type { UserSession } from "./user-session.ts";

/**
 * One marker stands for all private conversations, and for the mentions among
 * the mail. It stops before the first one that waits, so that nothing counts as
 * read on another device before it was read on one.
 *
 * @returns the number up to which all mail that has arrived was read
 */
export function readMail(session: UserSession, now: number): number {
  const read = new Map(
    session.peers.value.map(({ id, messages, readPosition }) => [
      id,
      lastReadPosition(messages.value, readPosition.value),
    ]),
  );
  let newest = 0;
  let end = Infinity;
  const note = (mail: number, isWaiting: boolean) => {
    newest = Math.max(newest, mail);
    if (isWaiting) end = Math.min(end, mail - 1);
  };
  for (const one of session.privateMessages.value.values()) {
    const { mail = 0, mine, username, at } = one;
    note(mail, !mine && at > (read.get(`@${nameKey(username)}`) ?? 0));
  }
  for (const mention of session.mentions.value)
    note(mention.mail, isMentionWaiting(session, mention, now));
  return Math.min(newest, end);
}

/** Moves the marker. It goes forward only. */
export function markMail(session: UserSession, now: number): void {
  const mail = readMail(session, now);
  if (mail > session.snapshot.value.mailRead) session.client.markRead(mail);
}
