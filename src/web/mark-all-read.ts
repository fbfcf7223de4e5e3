// Mark all read: marks all rooms and private conversations as read, on all devices of the user.
import { signal } from "@preact/signals";
import type { Conversation } from "./conversation.ts";
import { embedder } from "./embedder.ts";
import { formatList } from "./i18n.ts";
import { markMail } from "./mail-reading.ts";
import {
  joinedKeys,
  type ListedRoom,
  listedRooms,
  refreshMyRooms,
  waitingRooms,
} from "./my-rooms.ts";
import { nameKey } from "./name-key.ts";
import { announce } from "./notifications.ts";
import { markSeen } from "./room-mentions.ts";
import { toolTexts } from "./tool-texts.ts";
import type { UserSession } from "./user-session.ts";

/** Pages of the server's list; it has no more. */
const PAGES_MAX = 25;

/** The names of the rooms that have kept their count, as a text; "": none. */
export const unmarkedRooms = signal("");

/** Is there a room or a private conversation with unread messages? */
export function hasUnread(session: UserSession): boolean {
  return (
    [...session.rooms.value, ...session.peers.value].some(isUnread) ||
    (embedder === "" && waitingRooms(session, Date.now()).length > 0)
  );
}

/**
 * Marks what the user could have seen when it is called: no message that comes
 * later. Then it says how it went.
 *
 * @returns false if rooms have kept their count
 */
export async function markAllRead(session: UserSession): Promise<boolean> {
  unmarkedRooms.value = "";
  for (const one of [...session.rooms.peek(), ...session.peers.peek()])
    markConversation(one);
  const kept = embedder === "" ? await markOtherRooms(session) : [];
  markMail(session, Date.now());
  const names = formatList([...new Set(kept)]);
  unmarkedRooms.value = names;
  const t = toolTexts.peek();
  announce(names === "" ? t.allRead : t.notMarked(names));
  return names === "";
}

function isUnread(one: Conversation): boolean {
  try {
    return one.unread.value.count > 0;
  } catch {
    // A conversation that fails keeps its count, and stops no other one.
    return false;
  }
}

function markConversation(one: Conversation): void {
  const newest = one.messages.peek().findLast(({ state }) => state === "sent");
  if (newest === undefined || !isUnread(one)) return;
  one.unreadFrom.value = null;
  one.markRead(newest.position);
}

/** @returns the names of those that keep their count */
async function markOtherRooms(session: UserSession): Promise<string[]> {
  const listed = new Map(
    listedRooms(session).map((one) => [nameKey(one.room), one]),
  );
  const shown = waitingRooms(session, Date.now()).map(({ room, last }) => {
    const known = listed.get(nameKey(room));
    const seen = { room, last: Math.max(last, known?.seq ?? 0) };
    // The count goes at once.
    return { known, room, undo: markSeen(session, seen) };
  });
  const known = shown.flatMap((one) => one.known ?? []);
  const kept = await markListed(session, known);
  const keys = new Set(kept.map(nameKey));
  for (const { room, undo } of shown) if (keys.has(nameKey(room))) undo();
  refreshMyRooms(session);
  return kept;
}

/**
 * @param known the figures that the user sees
 * @returns the names of those that keep their count
 */
async function markListed(
  session: UserSession,
  known: readonly ListedRoom[],
): Promise<string[]> {
  const { state, limits } = session.snapshot.peek();
  const names = known.map(({ room }) => room);
  if (state !== "connected") return names;
  // An older server has no list, and no markers.
  if (limits?.rooms === undefined) return [];
  const { client } = session;
  let kept = names;
  try {
    kept = (await client.markRoomsRead([...known])).map(({ room }) => room);
    const done = new Set([...names.map(nameKey), ...joinedKeys(session)]);
    for (const rooms of await unshownPages(session, done))
      kept.push(...(await client.markRoomsRead(rooms)).map(({ room }) => room));
  } catch {
    kept = [...kept, toolTexts.peek().unshownRooms];
  }
  return kept;
}

/** All pages come before the first room of them is marked. */
async function unshownPages(
  { client }: UserSession,
  done: ReadonlySet<string>,
): Promise<ListedRoom[][]> {
  const pages: ListedRoom[][] = [];
  let before: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const list = await client.rooms(before);
    pages.push(
      list.rooms.filter(
        ({ room, unread = 0, mentions = 0 }) =>
          unread + mentions > 0 && !done.has(nameKey(room)),
      ),
    );
    before = list.before;
    if (before === undefined) break;
  }
  return pages;
}
