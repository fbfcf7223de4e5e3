// Private messages sorted by whom they are with.
import type { ChatPrivate, PendingMessage } from "../client/index.ts";
import type { DisplayMessage } from "./message-rows.ts";
import { nameKey } from "./name-key.ts";
import {
  displayPending,
  insertPending,
  type PendingAnchors,
} from "./pending-messages.ts";

export interface PrivateThread {
  /** The other, as they last spelt themselves. */
  readonly name: string;
  /** By time, what is on its way at the end. */
  readonly messages: readonly DisplayMessage[];
}

/** By the other's name, as `nameKey` has it; whom one heard of last comes first. */
export type PrivateThreads = ReadonlyMap<string, PrivateThread>;

/** @param me one's own name, as it is shown */
export function groupByPeer(
  messages: Iterable<ChatPrivate>,
  pending: readonly PendingMessage[],
  me: string,
  anchors: PendingAnchors = new Map(),
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
    // Moved to the end: it is the latest.
    threads.delete(key);
    threads.set(key, { name, messages });
  };
  const sorted = [...messages].sort((a, b) => a.at - b.at);
  for (const message of sorted)
    add(
      message.mine ? message.to : message.username,
      toDisplayMessage(message),
    );
  for (const one of pending)
    if (one.to !== undefined) add(one.to, displayPending(one, me));
  return new Map([...threads].reverse());
}

function toDisplayMessage(message: ChatPrivate): DisplayMessage {
  const { id, clientId, mine, user, username, text, at } = message;
  return {
    key: mine ? `own ${clientId ?? id}` : `mail ${id}`,
    state: "sent",
    position: at,
    ...{ mine, user, username, text, at },
  };
}
