// List keys: go through the conversations of the list, and mark all of them as read, from anywhere in the page.
import { markAllRead } from "./mark-all-read.ts";
import { switchConversation } from "./switch-conversation.ts";
import type { UserSession } from "./user-session.ts";

/** Takes the keys of the list. It comes before all other parts of the page. */
export function handleListKey(
  event: KeyboardEvent,
  session: UserSession,
): void {
  const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
  if (key === "Escape") {
    if (!shiftKey || altKey || ctrlKey || metaKey || event.isComposing) return;
    // For others it is the key without Shift.
    event.stopPropagation();
    markAllRead(session);
  } else {
    const offset = ({ ArrowUp: -1, ArrowDown: 1 } as const)[key];
    if (!altKey || offset === undefined) return;
    switchConversation(session, offset, shiftKey);
  }
  event.preventDefault();
}
