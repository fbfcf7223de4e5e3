// My rooms: ask the server while the page is visible what waits in rooms that the page has no connection to.
import { type Signal, signal } from "@preact/signals";
import type { RoomList } from "../client/index.ts";
import { embedder } from "./embedder.ts";
import { userKey } from "./identity.ts";
import { leftRooms } from "./left-rooms.ts";
import { deviceStore } from "./local-store.ts";
import { nameKey } from "./name-key.ts";
import { waitingMentions } from "./room-mentions.ts";
import type { UserSession } from "./user-session.ts";

export type ListedRoom = RoomList["rooms"][number];

/** The time between two questions. */
const INTERVAL_MS = 30_000;
/** The server repeats its answer for as long. */
const FRESH_MS = 10_000;
/** Pages of 20 rooms that are asked for at a time. */
const PAGES_MAX = 5;
/** So many rooms without a connection are enough. */
const ROOMS_ENOUGH = 20;

/** A room without a connection in which something waits. */
export interface WaitingRoom {
  readonly room: string;
  /** Messages: exact to 99; 100 stands for that many or more. */
  readonly unread: number;
  readonly mentions: number;
  /** The numbers of the first and last mention that is known; 0: none is. */
  readonly first: number;
  readonly last: number;
}

interface Answer {
  /** null: none has come. */
  readonly rooms: Signal<readonly ListedRoom[] | null>;
  /** By the clock of `performance`. */
  askedAt: number;
  isAsking: boolean;
}

/** They outlast a list that is hidden, as on a phone. */
const answers = new WeakMap<UserSession, Answer>();

function answerOf(session: UserSession): Answer {
  const answer = answers.get(session) ?? {
    ...{ rooms: signal(null), askedAt: -INTERVAL_MS, isAsking: false },
  };
  answers.set(session, answer);
  return answer;
}

/**
 * In the server's order, the last entered or left first. Mentions in rooms that
 * it does not list come after them, so that no row moves as they arrive.
 */
export function waitingRooms(session: UserSession, now: number): WaitingRoom[] {
  const unlisted = new Map(
    waitingMentions(session, now).map((one) => [nameKey(one.room), one]),
  );
  const waiting: WaitingRoom[] = [];
  const hidden = new Set([...joinedKeys(session), ...leftKeys(session)]);
  for (const listed of answerOf(session).rooms.value ?? []) {
    const key = nameKey(listed.room);
    if (hidden.has(key)) continue;
    const { count = 0, first = 0, last = 0 } = unlisted.get(key) ?? {};
    unlisted.delete(key);
    const { unread, mentions } = countListed(session.name, listed);
    const one = { room: listed.room, first, last };
    const shown = { ...one, unread, mentions: Math.max(mentions, count) };
    if (shown.unread + shown.mentions > 0) waiting.push(shown);
  }
  for (const { room, count, first, last } of unlisted.values())
    waiting.push({ room, unread: 0, mentions: count, first, last });
  return waiting;
}

/** As the server told them last. The page may have joined some since. */
export function listedRooms(session: UserSession): readonly ListedRoom[] {
  return answerOf(session).rooms.peek() ?? [];
}

/** Asks again, if it is time for it or not. */
export function refreshMyRooms(session: UserSession): Promise<void> {
  return ask(session, answerOf(session));
}

/** False: the server has the list, and has not answered yet. */
export function hasAnswer(session: UserSession): boolean {
  const { limits } = session.snapshot.value;
  const isAsked = embedder === "" && limits?.rooms !== undefined;
  return !isAsked || answerOf(session).rooms.value !== null;
}

/** The user may have read further on this device than the server knows. */
function countListed(
  name: string,
  { room, seq = 0, read = 0, unread = 0, mentions = 0 }: ListedRoom,
): { unread: number; mentions: number } {
  const here = Number(deviceStore.get(userKey("read", name, room)) ?? 0);
  // A higher number than the room has belongs to an older history.
  if (!(here > read && here <= seq)) return { unread, mentions };
  return { unread: Math.min(unread, seq - here), mentions: 0 };
}

/**
 * Asks now, whenever the page becomes visible, and every 30 seconds while it is
 * visible. A server that has no such list is never asked.
 *
 * @returns a function that stops it
 */
export function followMyRooms(session: UserSession): () => void {
  const answer = answerOf(session);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;
  const follow = (intervalMs: number) => {
    clearTimeout(timer);
    if (isStopped || document.visibilityState !== "visible") return;
    const wait = answer.askedAt + intervalMs - performance.now();
    timer = setTimeout(() => {
      ask(session, answer);
      follow(INTERVAL_MS);
    }, wait);
  };
  const onVisibility = () => follow(FRESH_MS);
  document.addEventListener("visibilitychange", onVisibility);
  follow(FRESH_MS);
  return () => {
    isStopped = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", onVisibility);
  };
}

async function ask(session: UserSession, answer: Answer): Promise<void> {
  answer.askedAt = performance.now();
  if (answer.isAsking) return;
  answer.isAsking = true;
  try {
    answer.rooms.value = await listRooms(session);
  } catch {
    // The last answer stays: the server does not answer, or is older.
    answer.rooms.value ??= [];
  }
  answer.isAsking = false;
}

async function listRooms(session: UserSession): Promise<ListedRoom[]> {
  const joined = joinedKeys(session);
  const found = new Map<string, ListedRoom>();
  let before: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const list = await session.client.rooms(before);
    for (const one of list.rooms) {
      const key = nameKey(one.room);
      // A room may move to another page meanwhile.
      if (!joined.has(key) && !found.has(key)) found.set(key, one);
    }
    before = list.before;
    if (!list.more || before === undefined || found.size >= ROOMS_ENOUGH) break;
  }
  return [...found.values()];
}

/** The keys of the names of the rooms that the page has joined. */
export function joinedKeys({ rooms }: UserSession): Set<string> {
  return new Set(
    rooms.value.flatMap(({ id, title }) => [nameKey(id), nameKey(title)]),
  );
}

function leftKeys({ name }: UserSession): string[] {
  return leftRooms(name).map(nameKey);
}
