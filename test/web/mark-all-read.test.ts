// Mark all read: a user reads everything at once, and is told of the rooms that keep their count.
import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ChatMention, RoomList } from "../../src/client/index.ts";
import type { UserSession } from "../../src/web/user-session.ts";
import { sentMessage } from "./support/display-messages.ts";

const page = await vi.hoisted(async () => {
  const { openFakePage } = await import("./support/fake-page.ts");
  return openFakePage();
});

const { followMyRooms, waitingRooms } = await import(
  "../../src/web/my-rooms.ts"
);
const { hasUnread, markAllRead, unmarkedRooms } = await import(
  "../../src/web/mark-all-read.ts"
);
const { announcement } = await import("../../src/web/notifications.ts");

type Listed = RoomList["rooms"][number];

beforeEach(() => {
  vi.useFakeTimers({ now: 1000 });
  page.stored.clear();
});
afterEach(() => {
  vi.useRealTimers();
});

const listed = (room: string, unread: number, mentions = 0): Listed => ({
  ...{ room, epoch: "e", seq: 200, read: 200 - unread, unread },
  ...(mentions > 0 && { mentions }),
});

/** @param shown what the list of the page has got from the server */
async function open(shown: readonly Listed[], limits: object = { rooms: 500 }) {
  const conversation = (id: string, last: number) => {
    const count = signal(last);
    return {
      ...{ id, title: id, unreadFrom: signal<number | null>(1) },
      messages: signal([sentMessage(1), sentMessage(last)]),
      unread: signal({ count: 1, mentions: 0 }),
      readPosition: signal(0),
      count,
      markRead(position: number) {
        this.unread.value = { count: 0, mentions: 0 };
        this.readPosition.value = position;
        count.value = position;
      },
    };
  };
  const [lobby, bob] = [conversation("lobby", 5), conversation("@bob", 7)];
  const asked: (readonly Listed[])[] = [];
  const state = {
    pages: [shown] as (readonly Listed[])[],
    kept: [] as readonly string[],
    fails: false,
  };
  const snapshot = signal({
    state: "connected",
    limits,
    mailRead: 0,
    blocked: [],
  });
  const markRead = vi.fn();
  const session = {
    ...{ name: "alice", snapshot, mentions: signal<ChatMention[]>([]) },
    privateMessages: signal(
      new Map([["m", { mail: 3, mine: false, username: "bob", at: 7 }]]),
    ),
    ...{ rooms: signal([lobby]), peers: signal([bob]) },
    client: {
      markRead,
      rooms: async (before?: string) => {
        if (state.fails) throw new Error("lost");
        const page = Number(before ?? 0);
        const next = page + 1 < state.pages.length;
        const more = next ? { before: String(page + 1) } : {};
        return { rooms: state.pages[page], more: next, ...more };
      },
      markRoomsRead: async (rooms: readonly Listed[]) => {
        asked.push(rooms);
        if (state.fails) throw new Error("lost");
        return rooms.filter(({ room }) => state.kept.includes(room));
      },
    },
  } as unknown as UserSession;
  const stop = followMyRooms(session);
  await vi.advanceTimersByTimeAsync(0);
  stop();
  const waiting = () =>
    waitingRooms(session, 1000).map(
      ({ room, unread, mentions }) => `${room} ${unread} ${mentions}`,
    );
  const names = () => asked.map((rooms) => rooms.map(({ room }) => room));
  return { session, state, snapshot, lobby, bob, markRead, names, waiting };
}

const mention = (room: string, of: number) =>
  ({
    mail: of,
    room,
    of,
    user: "b",
    username: "bob",
    at: 0,
  }) as unknown as ChatMention;

describe("a user who marks all as read", () => {
  test("has read each conversation up to its newest message, and the counts go at once", async () => {
    const { session, lobby, bob, markRead, names, waiting } = await open([
      listed("kitchen", 3, 1),
      listed("quiet", 0),
    ]);
    session.mentions.value = [mention("cellar", 4)];
    expect(waiting()).toEqual(["kitchen 3 1", "cellar 0 1"]);
    expect(hasUnread(session)).toBe(true);
    const done = markAllRead(session);
    expect(waiting()).toEqual([]);
    expect(hasUnread(session)).toBe(false);
    expect([lobby.count.value, bob.count.value]).toEqual([5, 7]);
    expect(lobby.unreadFrom.value).toBe(null);
    expect(await done).toBe(true);
    // The mention is number 4 of the mail.
    expect(markRead.mock.calls).toEqual([[4]]);
    expect(names()).toEqual([["kitchen"], []]);
    expect(waiting()).toEqual([]);
    expect(unmarkedRooms.value).toBe("");
    expect(announcement.value.text).toBe("All is marked as read.");
  });

  test("reads a room up to the message that the list has counted, and sees what comes meanwhile", async () => {
    const { session, state, waiting } = await open([listed("kitchen", 3)]);
    const done = markAllRead(session);
    state.pages = [[{ ...listed("kitchen", 1), seq: 201, read: 200 }]];
    await done;
    await vi.advanceTimersByTimeAsync(0);
    expect(waiting()).toEqual(["kitchen 1 0"]);
  });

  test("reads rooms that the list does not show, after all pages have come", async () => {
    const { session, state, names } = await open([listed("kitchen", 3)]);
    state.pages = [
      [listed("kitchen", 3), listed("lobby", 9), listed("attic", 2)],
      [listed("cellar", 0, 1), listed("quiet", 0)],
    ];
    expect(await markAllRead(session)).toBe(true);
    expect(names()).toEqual([["kitchen"], ["attic"], ["cellar"]]);
  });

  test("is told of a room that does not answer, which keeps its count", async () => {
    const { session, state, waiting, markRead } = await open([
      listed("kitchen", 3),
      listed("attic", 2, 1),
    ]);
    session.mentions.value = [{ ...mention("attic", 199), mail: 2 }];
    state.kept = ["attic"];
    expect(await markAllRead(session)).toBe(false);
    expect(waiting()).toEqual(["attic 2 1"]);
    // Not as far as the private message: the mention waits.
    expect(markRead.mock.calls).toEqual([[1]]);
    expect(unmarkedRooms.value).toBe("attic");
    expect(announcement.value.text).toBe("Not marked as read: attic");
    state.kept = [];
    expect(await markAllRead(session)).toBe(true);
    expect(unmarkedRooms.value).toBe("");
  });

  test("without a network reads what is in the page, and is told of the rest", async () => {
    const { session, state, snapshot, lobby, names, waiting } = await open([
      listed("kitchen", 3),
    ]);
    snapshot.value = { ...snapshot.value, state: "reconnecting" };
    expect(await markAllRead(session)).toBe(false);
    expect(names()).toEqual([]);
    expect(lobby.count.value).toBe(5);
    expect(waiting()).toEqual(["kitchen 3 0"]);
    // The network is lost on the way.
    snapshot.value = { ...snapshot.value, state: "connected" };
    state.fails = true;
    expect(await markAllRead(session)).toBe(false);
    expect(waiting()).toEqual(["kitchen 3 0"]);
    expect(unmarkedRooms.value).toContain("kitchen");
  });

  test("reads what an older server has, which knows no list", async () => {
    const { session, lobby, names } = await open([], {});
    expect(await markAllRead(session)).toBe(true);
    expect(lobby.count.value).toBe(5);
    expect(names()).toEqual([]);
  });
});
