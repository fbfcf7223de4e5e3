// Private threads: groups private messages by the other user.
import type { ChatPrivate, PendingMessage } from "../client/index.ts";
import type { DisplayMessage } from "./display-message.ts";
import { nameKey } from "./name-key.ts";
import {
  displayPending,
  insertPending,
  type PendingAnchors,
} from "./pending-messages.ts";

export interface PrivateThread {
  /** The other user's name in its last spelling. */
  readonly name: string;
  /** In order of time, with pending messages at the end. */
  readonly messages: readonly DisplayMessage[];
}

/**
 * By the other user's name key; the thread with the newest message comes first.
 */
export type PrivateThreads = ReadonlyMap<string, PrivateThread>;

/**
 * @param me the user's own name, as it is shown
 * @param mailRead the number up to which the mail was read, on any device
 */
export function groupByPeer(
  messages: Iterable<ChatPrivate>,
  pending: readonly PendingMessage[],
  me: string,
  anchors: PendingAnchors = new Map(),
  mailRead = 0,
): PrivateThreads {
  const threads = new Map<
    string,
    { name: string; messages: DisplayMessage[] }
  >();
  const add = (name: string, message: DisplayMessage) => {
    const key = nameKey(name);
    const messages = threads.get(key)?.messages ?? [];
    if (message.state === "sent") messages.push(message);
    else insertPending(messages, message, anchors);
    // Moves the thread to the end, as the newest one.
    threads.delete(key);
    threads.set(key, { name, messages });
  };
  const sorted = [...messages].sort((a, b) => a.at - b.at);
  for (const message of sorted)
    add(
      message.mine ? message.to : message.username,
      toDisplayMessage(message, mailRead),
    );
  for (const one of pending)
    if (one.to !== undefined) add(one.to, displayPending(one, me));
  return new Map([...threads].reverse());
}

function toDisplayMessage(
  message: ChatPrivate,
  mailRead: number,
): DisplayMessage {
  const { id, clientId, mine, user, username, text, at } = message;
  return {
    key: mine ? `own ${clientId ?? id}` : `mail ${id}`,
    state: "sent",
    position: at,
    ...{ mine, user, username, text, at },
    isRead: !!message.mail && message.mail <= mailRead,
  };
}
