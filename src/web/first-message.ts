// First message: shows the first unread message of a room, or the first one of a day, also where it is not loaded.
import { signal } from "@preact/signals";
import type { ChatMessage, HistoryOptions } from "../client/index.ts";
import { displayEvent } from "./display-events.ts";
import { countsAsUnread } from "./message-rows.ts";
import { showInPlace } from "./past-state.ts";
import type { RoomState } from "./room-state.ts";

/** Messages on a page that is looked through. */
const PAGE = 50;
/** So many pages without such a message are read. */
const PAGES_MAX = 40;

/** A message that was looked for. */
export interface FirstMessage {
  readonly seq: number;
  /** Older messages are not kept any more, and it is the oldest. */
  readonly isCut: boolean;
}

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
): Promise<void> {
  const blocked = room.blocked.peek();
  const first = await findFirst(room, { after }, (message) =>
    countsAsUnread(displayEvent(message), blocked),
  );
  if (first === null) return;
  if (first.isCut) cutRoom.value = room;
  showInPlace(room, first.seq);
}

/**
 * Finds the first message of a time or later, in ms since 1970.
 *
 * @returns it, or the newest one; null: the room has none. Rejects with a
 *   `ChatError`: `unsupported` if the server knows no times
 */
export function findFirstSince(
  room: RoomState,
  at: number,
): Promise<FirstMessage | null> {
  return findFirst(room, { at }, (message) => message.at >= at);
}

async function findFirst(
  room: RoomState,
  start: Pick<HistoryOptions, "after" | "at">,
  isWanted: (message: ChatMessage) => boolean,
): Promise<FirstMessage | null> {
  let [options, isCut] = [start, false];
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const page = await room.room.history({ ...options, limit: PAGE });
    if (pages === 0 && start.after !== undefined)
      isCut = page.from > start.after + 1;
    const first = page.messages.find(isWanted);
    if (first !== undefined) return { seq: first.seq, isCut };
    if (!page.more || page.to <= (options.after ?? -1)) break;
    options = { after: page.to };
  }
  const newest = room.snapshot.peek().messages.at(-1);
  return newest === undefined ? null : { seq: newest.seq, isCut: false };
}
