// How many messages of a conversation have not been read, and how many of them call one's name.
import { isMentioned } from "./mentions.ts";
import type { Shown } from "./rows.ts";

export interface Unread {
  readonly count: number;
  readonly mentions: number;
}

/** Who has answered has read what came before, on whichever device. */
export function readTo(messages: readonly Shown[], mark: number): number {
  const answer = messages.findLast(
    ({ mine, state }) => mine && state === "sent",
  );
  return Math.max(mark, answer?.place ?? 0);
}

/** @param mark the place of the last message that was read on this device */
export function unreadIn(
  messages: readonly Shown[],
  mark: number,
  me: string,
  blocked: ReadonlySet<string> = new Set(),
): Unread {
  const to = readTo(messages, mark);
  let [count, mentions] = [0, 0];
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = messages[index];
    if (message === undefined || message.place <= to) {
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
export function short(count: number): string {
  return count > 99 ? "99+" : String(count);
}

/** For the title of the page. */
export function titleOf(unread: number, conversation: string): string {
  const name =
    conversation === "" ? "edge-chat" : `${conversation} · edge-chat`;
  return unread === 0 ? name : `(${short(unread)}) ${name}`;
}
