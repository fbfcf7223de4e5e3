// Private messages sorted by whom they are with.
import type { ChatPrivate, PendingMessage } from "../client/index.ts";
import { type Anchors, place, shownPending } from "./pending.ts";
import type { Shown } from "./rows.ts";
import { sameness } from "./spelling.ts";

export interface Correspondence {
  /** The other, as they last spelt themselves. */
  readonly name: string;
  /** By time, what is on its way at the end. */
  readonly messages: readonly Shown[];
}

/** By the other's name, as `sameness` has it; whom one heard of last comes first. */
export type Letters = ReadonlyMap<string, Correspondence>;

/** @param me one's own name, as it is shown */
export function lettersOf(
  privates: Iterable<ChatPrivate>,
  pending: readonly PendingMessage[],
  me: string,
  anchors: Anchors = new Map(),
): Letters {
  const letters = new Map<string, { name: string; messages: Shown[] }>();
  const add = (name: string, message: Shown) => {
    const key = sameness(name);
    const messages = letters.get(key)?.messages ?? [];
    if (message.state === "sent") messages.push(message);
    else place(messages, message, anchors);
    // Moved to the end: it is the latest.
    letters.delete(key);
    letters.set(key, { name, messages });
  };
  const sorted = [...privates].sort((a, b) => a.at - b.at);
  for (const message of sorted)
    add(message.mine ? message.to : message.username, shown(message));
  for (const one of pending)
    if (one.to !== undefined) add(one.to, shownPending(one, me));
  return new Map([...letters].reverse());
}

function shown(message: ChatPrivate): Shown {
  const { id, clientId, mine, user, username, text, at } = message;
  return {
    key: mine ? `own ${clientId ?? id}` : `mail ${id}`,
    state: "sent",
    place: at,
    ...{ mine, user, username, text, at },
  };
}
