// Display events: converts a message of the SDK into a message that the page shows.
import type { ChatMessage } from "../client/index.ts";
import type { DisplayMessage } from "./display-message.ts";

const known = new WeakMap<ChatMessage, DisplayMessage>();

/**
 * The message as it is now: the SDK applies the other events to it, and makes a
 * new object for each change.
 */
export function displayEvent(event: ChatMessage): DisplayMessage {
  const message = known.get(event) ?? convert(event);
  known.set(event, message);
  return message;
}

function convert(event: ChatMessage): DisplayMessage {
  const { seq, mine, user, username, text, at, id } = event;
  const { edited, deleted, pinned, replyTo, quoted } = event;
  const { thread, replies, reactions, mentions, here } = event;
  const pendingChange = event.pendingDelete
    ? "delete"
    : event.pendingEdit && "edit";
  return {
    key: mine && id !== undefined ? `own ${id}` : `seq ${seq}`,
    state: "sent",
    position: seq,
    ...{ seq, mine, user, username, text, at, edited, replyTo, quoted },
    ...{ thread, replies, reactions, pendingChange, mentions, here },
    isDeleted: deleted,
    isPinned: pinned,
    changes: event,
  };
}
