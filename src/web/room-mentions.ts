// Room mentions: find the mentions in rooms that the page has not joined, until the user has looked at them.
import { signal } from "@preact/signals";
import type { ChatMention } from "../client/index.ts";
import { userKey } from "./identity.ts";
import { deviceStore } from "./local-store.ts";
import type { NotificationContent } from "./notifications.ts";
import { toolTexts } from "./tool-texts.ts";
import { lastReadPosition } from "./unread.ts";
import type { UserSession } from "./user-session.ts";

/** Older mentions wait no longer. */
const WAIT_MAX_MS = 7 * 24 * 3_600_000;
/** Of mentions that come late, such as to a new device, nobody is notified. */
const NOTIFY_MAX_MS = 5 * 60_000;

/** The mentions in one room. */
export interface WaitingMentions {
  readonly room: string;
  readonly count: number;
  /** The number of the first message. */
  readonly first: number;
  readonly last: number;
}

/** Counts the changes of the read positions that the store has. */
const changes = signal(0);

/** @returns by room, the room of the oldest mention first */
export function waitingMentions(
  { name, mentions, rooms, snapshot }: UserSession,
  now: number,
): WaitingMentions[] {
  changes.value;
  const joined = new Set(rooms.value.map(({ title }) => title));
  const blocked = new Set(snapshot.value.blocked.map(({ user }) => user));
  const { mailRead } = snapshot.value;
  const waiting = new Map<string, WaitingMentions>();
  for (const { room, of, user, at, mail } of mentions.value) {
    // Another device has read it, and all before it.
    if (mail <= mailRead) continue;
    if (joined.has(room) || blocked.has(user) || at < now - WAIT_MAX_MS)
      continue;
    if (of <= Number(deviceStore.get(userKey("read", name, room)) ?? 0))
      continue;
    const before = waiting.get(room);
    waiting.set(room, {
      room,
      count: (before?.count ?? 0) + 1,
      first: Math.min(before?.first ?? of, of),
      last: Math.max(before?.last ?? of, of),
    });
  }
  return [...waiting.values()];
}

/** @returns true until the user has read the message, in a room of any kind */
export function isMentionWaiting(
  { name, rooms, snapshot }: UserSession,
  { room, of, user, at, mail }: ChatMention,
  now: number,
): boolean {
  changes.value;
  const { blocked, mailRead } = snapshot.value;
  const isBlocked = blocked.some((one) => one.user === user);
  if (mail <= mailRead || isBlocked || at < now - WAIT_MAX_MS) return false;
  const joined = rooms.value.find(({ title }) => title === room);
  const read =
    joined === undefined
      ? Number(deviceStore.get(userKey("read", name, room)) ?? 0)
      : lastReadPosition(joined.messages.value, joined.readPosition.value);
  return of > read;
}

/**
 * The user has opened the room at the first of them, or has read it up to there
 * in another way.
 *
 * @returns takes it back
 */
export function markSeen(
  { name }: UserSession,
  { room, last }: Pick<WaitingMentions, "room" | "last">,
): () => void {
  const key = userKey("read", name, room);
  const before = deviceStore.get(key);
  deviceStore.set(key, String(last));
  changes.value++;
  return () => {
    if (before === null) deviceStore.remove(key);
    else deviceStore.set(key, before);
    changes.value++;
  };
}

/** @returns null for a mention that comes late */
export function mentionNotification(
  { room, of, username, at }: ChatMention,
  now: number,
): NotificationContent | null {
  if (at < now - NOTIFY_MAX_MS) return null;
  const text = toolTexts.peek().mentionedYou(username, room);
  return {
    ...{ spokenText: text, title: username, text, tag: `${room} ${of}` },
    isForMe: true,
  };
}
