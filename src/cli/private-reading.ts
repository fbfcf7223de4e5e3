// Private reading: counts the private messages that wait for the user in the terminal, and marks them as read on all devices.
import type { ChatMention, Client, Room } from "../client/index.ts";
import { unreadCount } from "../protocol/rooms-line.ts";
import { isHidden, noticeLine, type Viewer } from "./render.ts";
import type { StyledLine } from "./styled-text.ts";

/** @returns a line for each user whose private messages wait */
export function waitingPrivatesLines(
  { privates, mailRead }: Client,
  viewer: Viewer,
): StyledLine[] {
  const counts = new Map<string, number>();
  for (const message of privates) {
    const { mine, username, mail = 0 } = message;
    if (mine || mail <= mailRead || isHidden(message, viewer)) continue;
    counts.set(username, (counts.get(username) ?? 0) + 1);
  }
  return [...counts].map(([username, count]) =>
    noticeLine(`private, ${username}: ${unreadCount(count)} new`, null, viewer),
  );
}

/**
 * The user has read what the terminal has shown. A mention in another room has
 * a number among the mail, and waits until the user reads that room: what came
 * after it waits, too.
 */
export function markPrivatesRead(
  { client, name }: Room,
  mentions: readonly ChatMention[],
): void {
  const { privates, mailRead } = client;
  const waiting = mentions
    .filter(({ room, mail }) => room !== name && mail > mailRead)
    .map(({ mail }) => mail);
  const end = Math.min(...waiting);
  const read = privates
    .map(({ mail = 0 }) => mail)
    .filter((mail) => mail < end);
  if (read.length > 0) client.markRead(Math.max(...read));
}
