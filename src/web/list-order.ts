// List order: shows the conversations of a session by what waits, and sorts them while nobody points at the list.
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { currentConversation } from "./app-state.ts";
import { embedder } from "./embedder.ts";
import { isListHeld } from "./list-hold.ts";
import { hasAnswer, type WaitingRoom, waitingRooms } from "./my-rooms.ts";
import type { PeerState } from "./peer-state.ts";
import { roomNotify } from "./room-notify.ts";
import { RoomState } from "./room-state.ts";
import type { UserSession } from "./user-session.ts";
import {
  type Ranked,
  WaitingOrder,
  type WaitingRank,
  waitingRank,
} from "./waiting-order.ts";

/** Rooms that do not answer keep the order no longer. */
const SETTLE_MAX_MS = 3000;

/** A joined room, or one without a connection in which something waits. */
export type RoomRow = RoomState | WaitingRoom;

export interface ListOrder {
  readonly rooms: ReadonlySignal<readonly RoomRow[]>;
  readonly peers: ReadonlySignal<readonly PeerState[]>;
}

const orders = new WeakMap<UserSession, ListOrder>();

/** The conversations in the order that the user sees. */
export function listOrder(session: UserSession): ListOrder {
  const known = orders.get(session) ?? makeOrder(session);
  orders.set(session, known);
  return known;
}

/** The rooms and private conversations that can be opened, in that order. */
export function shownConversations(
  session: UserSession,
): (RoomState | PeerState)[] {
  const { rooms, peers } = listOrder(session);
  return [...rooms.value.filter(isJoined), ...peers.value];
}

export function isJoined(row: RoomRow): row is RoomState {
  return row instanceof RoomState;
}

/** Mentions or messages wait there, and the user has not muted it. */
export function isWaiting(conversation: RoomState | PeerState): boolean {
  return rankOf(conversation) < 2;
}

function makeOrder(session: UserSession): ListOrder {
  const isSettled = settled(session);
  const roomOrder = new WaitingOrder<RoomRow>();
  const peerOrder = new WaitingOrder<PeerState>();
  const arrangement = () => ({
    open: currentConversation.value?.id ?? null,
    isHeld: isListHeld.value || !isSettled.value,
  });
  return {
    rooms: stable(() => {
      const joined = session.rooms.value;
      const all = [...joined.map(ranked), ...waitingRows(session)];
      const toRead = (row: RoomRow) =>
        isJoined(row) || joined.some(({ title }) => title === row.room)
          ? null
          : { ...row, unread: 0, mentions: 0 };
      return roomOrder.arrange(all, { ...arrangement(), toRead });
    }),
    peers: stable(() =>
      peerOrder.arrange(session.peers.value.map(ranked), arrangement()),
    ),
  };
}

function ranked<Item extends RoomState | PeerState>(item: Item): Ranked<Item> {
  return { id: item.id, rank: rankOf(item), item };
}

function rankOf(one: RoomState | PeerState): WaitingRank {
  try {
    const isMuted =
      one.kind === "room" && roomNotify(one.me, one.id) === "none";
    return waitingRank(one.unread.value, isMuted);
  } catch {
    // A conversation that fails moves no other one.
    return 2;
  }
}

function waitingRows(session: UserSession): Ranked<RoomRow>[] {
  if (embedder !== "") return [];
  return waitingRooms(session, Date.now()).map((item) => {
    const { room, unread: count, mentions } = item;
    const rank = waitingRank({ count, mentions });
    // No room has a name with a space.
    return { id: `waiting ${room}`, rank, item, isPassing: true };
  });
}

/** An equal list keeps its object, so that nothing follows it for nothing. */
function stable<Item>(
  list: () => readonly Item[],
): ReadonlySignal<readonly Item[]> {
  let last: readonly Item[] = [];
  return computed(() => {
    const next = list();
    const isSame =
      next.length === last.length && next.every((one, i) => one === last[i]);
    last = isSame ? last : next;
    return last;
  });
}

/**
 * False while rooms connect, each of which brings its figures: they are sorted
 * once.
 */
function settled(session: UserSession): ReadonlySignal<boolean> {
  const isOver = signal(false);
  const isComplete = computed(
    () =>
      hasAnswer(session) &&
      session.rooms.value.every(({ connection, isLoaded }) => {
        const { state } = connection.value;
        return state === "failed" || (state === "connected" && isLoaded.value);
      }),
  );
  effect(() => {
    if (isComplete.value) return;
    isOver.value = false;
    const timer = setTimeout(() => {
      isOver.value = true;
    }, SETTLE_MAX_MS);
    return () => clearTimeout(timer);
  });
  return computed(() => isComplete.value || isOver.value);
}
