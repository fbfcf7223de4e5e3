// List watcher: holds the order of the conversation list while the user is at it, and asks for the rooms that wait.
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { embedder } from "../embedder.ts";
import { followHolders } from "../list-hold.ts";
import { listOrder } from "../list-order.ts";
import { followMyRooms } from "../my-rooms.ts";
import type { UserSession } from "../user-session.ts";

interface WatcherProps {
  readonly session: UserSession;
  readonly list: RefObject<HTMLElement | null>;
}

/** Is the first in the list: it renders before a row moves. */
export function ListWatcher({ session, list }: WatcherProps): null {
  const { rooms, peers } = listOrder(session);
  useFocus(list, rooms.value, peers.value);
  const { state, limits } = session.snapshot.value;
  // An older server has no list of rooms.
  const canAsk =
    embedder === "" && state === "connected" && limits?.rooms !== undefined;
  useEffect(
    () => (canAsk ? followMyRooms(session) : undefined),
    [session, canAsk],
  );
  useEffect(
    () => (list.current === null ? undefined : followHolders(list.current)),
    [list],
  );
  return null;
}

/** A row that moves would lose the focus. */
function useFocus(
  list: RefObject<HTMLElement | null>,
  ...moves: unknown[]
): void {
  const focused = document.activeElement;
  useLayoutEffect(() => {
    if (focused === document.activeElement) return;
    if (focused instanceof HTMLElement && list.current?.contains(focused))
      focused.focus({ preventScroll: true });
  }, moves);
}
