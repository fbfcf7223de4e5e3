// Thread replies: finds among the messages of a room by whom and when each thread was answered last.
import type { DisplayMessage } from "./display-message.ts";

const FACES_MAX = 3;

export interface ThreadReplies {
  /** The number of the newest reply, even of a deleted one. */
  readonly newest: number;
  /** When the newest reply was sent that is not deleted; null: none is left. */
  readonly at: number | null;
  /** The authors of the newest replies, the newest last. */
  readonly authors: readonly Author[];
}

type Author = Pick<DisplayMessage, "user" | "username">;

/** The lists of messages never change: each is read once. */
const known = new WeakMap<
  readonly DisplayMessage[],
  ReadonlyMap<number, ThreadReplies>
>();

/**
 * @param messages those of the room that are loaded, in order
 * @returns by the number of the first message of each thread
 */
export function threadReplies(
  messages: readonly DisplayMessage[],
): ReadonlyMap<number, ThreadReplies> {
  const found = known.get(messages) ?? find(messages);
  known.set(messages, found);
  return found;
}

function find(messages: readonly DisplayMessage[]) {
  const threads = new Map<number, ThreadReplies>();
  for (let i = messages.length - 1; i >= 0; i--) {
    const message = messages[i];
    if (message?.thread === undefined || message.seq === undefined) continue;
    const { thread, seq, user, username, at, isDeleted } = message;
    const later = threads.get(thread);
    const authors = later?.authors ?? [];
    const isNew =
      !isDeleted &&
      authors.length < FACES_MAX &&
      authors.every((one) => one.user !== user);
    threads.set(thread, {
      newest: later?.newest ?? seq,
      at: later?.at ?? (isDeleted ? null : at),
      authors: isNew ? [{ user, username }, ...authors] : authors,
    });
  }
  return threads;
}
