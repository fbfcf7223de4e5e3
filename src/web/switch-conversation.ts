// Switch conversation: opens the next or the previous one of the list, or of those in which something waits.
import { currentConversation, showConversation } from "./app-state.ts";
import { holdForKeys } from "./list-hold.ts";
import { isWaiting, shownConversations } from "./list-order.ts";
import type { UserSession } from "./user-session.ts";

/**
 * @param offset 1: the next one, -1: the previous one
 * @param isForWaiting skips those in which nothing waits
 */
export function switchConversation(
  session: UserSession,
  offset: 1 | -1,
  isForWaiting: boolean,
): void {
  holdForKeys();
  const all = shownConversations(session);
  const ids = all.map(({ id }) => id);
  const found = ids.indexOf(currentConversation.peek()?.id ?? "");
  const open = Math.max(found, offset > 0 ? -1 : 0);
  // All others, from the nearest on.
  const others = all.map(
    (_, i) => all[(open + offset * (i + 1) + all.length) % all.length],
  );
  const next = others.find((one) => one && (!isForWaiting || isWaiting(one)));
  if (next) showConversation(next);
}
