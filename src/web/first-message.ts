// First message: shows the first unread message of a room, or the first one of a day, also where it is not loaded.
import { signal } from "@preact/signals";
import type { HistoryOptions } from "../client/index.ts";
import { displayEvent } from "./display-events.ts";
import { countsAsUnread } from "./message-rows.ts";
import { showInPlace } from "./past-state.ts";
import type { RoomState } from "./room-state.ts";

/** Messages on a page that is looked through. */
const PAGE = 50;
/** So many pages without such a message are read. */
const PAGES_MAX = 40;

/**
 * "cut": older messages are not kept any more, and the oldest is shown. "end":
 * there is none, and the newest is shown. "empty": the room has no messages.
 */
export type FirstShown = "shown" | "cut" | "end" | "empty";

/** The room whose list says for a moment that older messages are not kept. */
export const cutRoom = signal<RoomState | null>(null);

/**
 * Shows the first message of another user after a position, or the oldest that
 * is kept.
 *
 * @returns rejects with a `ChatError` if the room cannot be read
 */
export async function showFirstUnread(
  room: RoomState,
  after: number,
): Promise<FirstShown> {
  const blocked = room.blocked.peek();
  const isWanted = (message: Parameters<typeof displayEvent>[0]) =>
    countsAsUnread(displayEvent(message), blocked);
  const shown = await showFirst(room, { after }, isWanted);
  if (shown === "cut") cutRoom.value = room;
  return shown;
}

/**
 * Shows the first message of a time or later, in ms since 1970.
 *
 * @returns rejects with a `ChatError`: `unsupported` if the server knows no times
 */
export function showFirstSince(
  room: RoomState,
  at: number,
): Promise<FirstShown> {
  return showFirst(room, { at }, ({ at: time }) => time >= at);
}

async function showFirst(
  room: RoomState,
  start: Pick<HistoryOptions, "after" | "at">,
  isWanted: (message: Parameters<typeof displayEvent>[0]) => boolean,
): Promise<FirstShown> {
  let [options, isCut] = [start, false];
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const page = await room.room.history({ ...options, limit: PAGE });
    if (pages === 0 && start.after !== undefined)
      isCut = page.from > start.after + 1;
    const first = page.messages.find(isWanted);
    if (first !== undefined) {
      showInPlace(room, first.seq);
      return isCut ? "cut" : "shown";
    }
    if (!page.more || page.to <= (options.after ?? -1)) break;
    options = { after: page.to };
  }
  const newest = room.snapshot.peek().messages.at(-1);
  if (newest === undefined) return "empty";
  showInPlace(room, newest.seq);
  return "end";
}
