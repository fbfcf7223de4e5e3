// Unread messages: counts those of a conversation, and those that mention the user.

import type { DisplayMessage } from "./display-message.ts";
import { callsUser } from "./mentions.ts";

export interface UnreadCount {
  readonly count: number;
  readonly mentions: number;
}

/**
 * An own message counts as reading all earlier ones, on any device; so does a
 * private one that was read.
 */
export function lastReadPosition(
  messages: readonly DisplayMessage[],
  readPosition: number,
): number {
  const answer = messages.findLast(
    ({ mine, state, isRead }) => isRead || (mine && state === "sent"),
  );
  return Math.max(readPosition, answer?.position ?? 0);
}

/**
 * @param readPosition the position of the last message that was read on this
 *   device
 * @param user the public id of the user; null: not known
 */
export function countUnread(
  messages: readonly DisplayMessage[],
  readPosition: number,
  me: string,
  blocked: ReadonlySet<string> = new Set(),
  user: string | null = null,
): UnreadCount {
  const lastRead = lastReadPosition(messages, readPosition);
  let [count, mentions] = [0, 0];
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = messages[index];
    if (message === undefined || message.position <= lastRead) {
      // Pending messages stand at the end, out of order.
      if (message?.state === "sent") break;
      continue;
    }
    if (message.mine || message.isDeleted || blocked.has(message.user))
      continue;
    count++;
    if (callsUser(message, me, user)) mentions++;
  }
  return { count, mentions };
}

/** Formats a count for a small badge. */
export function formatCount(count: number): string {
  return count > 99 ? "99+" : String(count);
}

/** Builds the title of the page. */
export function pageTitle(unread: number, conversation: string): string {
  const name =
    conversation === "" ? "edge-chat" : `${conversation} · edge-chat`;
  return unread === 0 ? name : `(${formatCount(unread)}) ${name}`;
}
