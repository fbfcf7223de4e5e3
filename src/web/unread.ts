// How many messages of a conversation have not been read, and how many of them call one's name.
import { isMentioned } from "./mentions.ts";
import type { DisplayMessage } from "./message-rows.ts";

export interface UnreadCount {
  readonly count: number;
  readonly mentions: number;
}

/** Who has answered has read what came before, on whichever device. */
export function lastReadPosition(
  messages: readonly DisplayMessage[],
  readPosition: number,
): number {
  const answer = messages.findLast(
    ({ mine, state }) => mine && state === "sent",
  );
  return Math.max(readPosition, answer?.position ?? 0);
}

/** @param readPosition the place of the last message that was read on this device */
export function countUnread(
  messages: readonly DisplayMessage[],
  readPosition: number,
  me: string,
  blocked: ReadonlySet<string> = new Set(),
): UnreadCount {
  const lastRead = lastReadPosition(messages, readPosition);
  let [count, mentions] = [0, 0];
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = messages[index];
    if (message === undefined || message.position <= lastRead) {
      // What is pending stands behind all, out of order.
      if (message?.state === "sent") break;
      continue;
    }
    if (message.mine || blocked.has(message.user)) continue;
    count++;
    if (isMentioned(me, message.text)) mentions++;
  }
  return { count, mentions };
}

/** For the eye: a number that stays narrow. */
export function formatCount(count: number): string {
  return count > 99 ? "99+" : String(count);
}

/** For the title of the page. */
export function pageTitle(unread: number, conversation: string): string {
  const name =
    conversation === "" ? "edge-chat" : `${conversation} · edge-chat`;
  return unread === 0 ? name : `(${formatCount(unread)}) ${name}`;
}
