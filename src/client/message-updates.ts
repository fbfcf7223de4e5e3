// Message updates: apply the events of a room, and own changes without an ack, to messages.
import * as LIMITS from "../protocol/limits.ts";
import type {
  ChangeEvent,
  ChatMessage,
  MessageReaction,
  QuotedMessage,
  ReactedEvent,
} from "./events.ts";
import { isMemberDetails } from "./parse-frame.ts";
import {
  erasedMessage,
  type ShownMessage,
  withFields,
} from "./shown-message.ts";
import type { StoredChange } from "./stored-change.ts";

/** How each kind of event changes the message that it names by `of`. */
const UPDATES: {
  readonly [Type in ChangeEvent["type"]]: (
    message: ShownMessage,
    event: Extract<ChangeEvent, { type: Type }>,
    user: string | null,
  ) => ShownMessage;
} = {
  edited: (message, event) => {
    const { seq: editSeq, at: edited, text, data } = event;
    // The text of an older edit is empty: the message has the newest one. An
    // edit without data keeps the data.
    const fields = text === undefined ? {} : { text };
    const more = "data" in event ? { data } : {};
    return withFields(message, { edited, editSeq, ...fields, ...more });
  },
  deleted: erasedMessage,
  reacted: withReaction,
  pinned: (message) => withFields(message, { pinned: true }),
  unpinned: (message) => withFields(message, { pinned: undefined }),
  topic: (message) => message,
  moderated: (message) => message,
};

/** @param user the reader's public id. @returns the message after the event */
export function updated<Type extends ChangeEvent["type"]>(
  message: ShownMessage,
  event: Extract<ChangeEvent, { type: Type }> & { readonly type: Type },
  user: string | null,
): ShownMessage {
  return UPDATES[event.type](message, event, user);
}

/** @returns what the messages that answer a message show of it */
export function quoteOf({
  seq,
  user,
  username,
  text,
  deleted,
}: Pick<ChatMessage, "seq" | "user" | "username" | "text"> & {
  deleted?: boolean;
}): QuotedMessage {
  if (deleted) return { seq, erased: true };
  const short = [...text.slice(0, 2 * LIMITS.quotedTextMax)]
    .slice(0, LIMITS.quotedTextMax)
    .join("");
  return { seq, user, username, text: short };
}

/** @returns the message as it will be, if the server accepts the changes */
export function withChanges(
  message: ShownMessage,
  changes: readonly StoredChange[],
  { user, username }: { user: string | null; username: string },
): ShownMessage {
  let shown = message;
  for (const change of changes) {
    if (change.type === "moderate" || change.of !== message.seq) continue;
    if (change.epoch !== message.epoch || message.deleted) continue;
    if (change.type === "edit") {
      const { text, data = message.data } = change;
      shown = withFields(shown, { text, data, pendingEdit: true });
    } else if (change.type === "delete")
      shown = withFields(shown, { pendingDelete: true });
    else if (change.type === "react") {
      const { emoji, on } = change;
      const me = [{ user: user ?? "", username }];
      const [added, removed] = on ? [me, []] : [[], me];
      const old = reactionOf(shown, emoji);
      const count = old.mine === on ? old.count : old.count + (on ? 1 : -1);
      shown = withReaction(shown, { emoji, added, removed, count }, user);
    }
  }
  return shown;
}

function reactionOf(message: ShownMessage, emoji: string): MessageReaction {
  return (
    message.reactions.find((one) => one.emoji === emoji) ?? {
      ...{ emoji, count: 0, mine: false, users: [] },
    }
  );
}

/** @param event all that it tells of the emoji. @param user the reader */
function withReaction(
  message: ShownMessage,
  event: Pick<ReactedEvent, "emoji" | "added" | "removed" | "count">,
  user: string | null,
): ShownMessage {
  const { emoji, count } = event;
  const old = reactionOf(message, emoji);
  const added = event.added.filter(isMemberDetails);
  const removed = event.removed.filter(isMemberDetails);
  const includesUser = (people: readonly { user: string }[]) =>
    people.some((one) => one.user === user);
  const names = added.map(({ username }) => username);
  const left = [...names, ...removed.map(({ username }) => username)];
  const next: MessageReaction = {
    ...{ emoji, count },
    mine: includesUser(added) || (old.mine && !includesUser(removed)),
    users: [
      ...old.users.filter((name) => !left.includes(name)),
      ...names,
    ].slice(0, LIMITS.reactionNamesMax),
  };
  const { reactions } = message;
  const all = reactions.includes(old) ? reactions : [...reactions, old];
  return withFields(message, {
    reactions: all
      .map((one) => (one === old ? next : one))
      .filter((one) => one.count > 0),
  });
}
