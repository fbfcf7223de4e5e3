// My rooms: a user sees what waits in rooms that the page has no connection to.
import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ChatMention, RoomList } from "../../src/client/index.ts";
import { userKey } from "../../src/web/identity.ts";
import { noteLeft } from "../../src/web/left-rooms.ts";
import { deviceStore } from "../../src/web/local-store.ts";
import { followMyRooms, waitingRooms } from "../../src/web/my-rooms.ts";
import { markSeen } from "../../src/web/room-mentions.ts";
import type { UserSession } from "../../src/web/user-session.ts";

const page = await vi.hoisted(async () => {
  const { openFakePage } = await import("./support/fake-page.ts");
  return openFakePage();
});

beforeEach(() => {
  vi.useFakeTimers();
  page.stored.clear();
  page.show("visible");
});
afterEach(() => {
  vi.useRealTimers();
});

type Listed = RoomList["rooms"][number];

/** @param pages what the server answers, by the page */
function open(pages: readonly (readonly Listed[])[], joined: string[] = []) {
  const asked: (string | undefined)[] = [];
  const state = { pages, fails: false };
  const session = {
    ...{ name: "alice", mentions: signal<ChatMention[]>([]) },
    rooms: signal(joined.map((id) => ({ id, title: id }))),
    snapshot: signal({ blocked: [] }),
    client: {
      rooms: async (before?: string) => {
        asked.push(before);
        if (state.fails) throw new Error("lost");
        const page = Number(before ?? 0);
        const more = page + 1 < state.pages.length;
        const next = more ? { before: String(page + 1) } : {};
        return { rooms: state.pages[page], more, ...next };
      },
    },
  } as unknown as UserSession;
  const waiting = () =>
    waitingRooms(session, 1000).map(
      ({ room, unread, mentions }) => `${room} ${unread} ${mentions}`,
    );
  const later = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  return { session, asked, state, waiting, later };
}

const listed = (room: string, unread: number, mentions?: number): Listed => ({
  ...{ room, epoch: "e", seq: 200, read: 200 - unread, unread },
  ...(mentions !== undefined && { mentions }),
});

const mention = (room: string, of: number) =>
  ({ room, of, user: "b", username: "bob", at: 0 }) as unknown as ChatMention;

describe("a user", () => {
  test("sees messages and mentions that wait in rooms without a connection", async () => {
    const rooms = [listed("kitchen", 3, 1), listed("attic", 100)];
    const { session, waiting, later } = open(
      [[...rooms, listed("cellar", 0), { room: "closed" }, listed("Lobby", 9)]],
      ["lobby"],
    );
    const stop = followMyRooms(session);
    await later(0);
    expect(waiting()).toEqual(["kitchen 3 1", "attic 100 0"]);
    stop();
  });

  test("is told by further pages, where the first ones have only joined rooms", async () => {
    const names = Array.from({ length: 20 }, (_, i) => `room${i}`);
    const { session, asked, waiting, later } = open(
      [names.map((room) => listed(room, 1)), [listed("kitchen", 2)]],
      names,
    );
    const stop = followMyRooms(session);
    await later(0);
    expect(asked).toEqual([undefined, "1"]);
    expect(waiting()).toEqual(["kitchen 2 0"]);
    stop();
  });

  test("costs no more than five questions at a time", async () => {
    const pages = Array.from({ length: 9 }, () => [listed("kitchen", 1)]);
    const { session, asked, later } = open(pages);
    const stop = followMyRooms(session);
    await later(0);
    expect(asked).toHaveLength(5);
    stop();
  });

  test("is not brought back to a room that they have left, but to a mention there", async () => {
    const { session, waiting, later } = open([[listed("kitchen", 3)]]);
    noteLeft("alice", "kitchen");
    const stop = followMyRooms(session);
    await later(0);
    expect(waiting()).toEqual([]);
    session.mentions.value = [mention("kitchen", 199)];
    expect(waiting()).toEqual(["kitchen 0 1"]);
    stop();
  });

  test("sees a new mention at once, and not again after they have opened it", async () => {
    const { session, waiting, later } = open([
      [listed("kitchen", 3), listed("attic", 1)],
    ]);
    const stop = followMyRooms(session);
    await later(0);
    session.mentions.value = [mention("cellar", 5), mention("attic", 200)];
    expect(waiting()).toEqual(["kitchen 3 0", "attic 1 1", "cellar 0 1"]);
    markSeen(session, { room: "attic", last: 200 });
    expect(waiting()).toEqual(["kitchen 3 0", "cellar 0 1"]);
    stop();
  });

  test("has read what this device has read, unless the room began anew", async () => {
    const { session, waiting, later } = open([
      [listed("kitchen", 30, 2), listed("attic", 4)],
    ]);
    deviceStore.set(userKey("read", "alice", "kitchen"), "190");
    deviceStore.set(userKey("read", "alice", "attic"), "500");
    const stop = followMyRooms(session);
    await later(0);
    expect(waiting()).toEqual(["kitchen 10 0", "attic 4 0"]);
    stop();
  });
});

describe("the server is asked", () => {
  test("every 30 seconds while the page is visible, and when it becomes visible", async () => {
    const { session, asked, later } = open([[]]);
    const stop = followMyRooms(session);
    await later(0);
    await later(29_000);
    expect(asked).toHaveLength(1);
    await later(1000);
    expect(asked).toHaveLength(2);
    page.show("hidden");
    await later(300_000);
    expect(asked).toHaveLength(2);
    page.show("visible");
    await later(0);
    expect(asked).toHaveLength(3);
    page.show("hidden");
    page.show("visible");
    await later(9000);
    expect(asked).toHaveLength(3);
    stop();
    await later(300_000);
    expect(asked).toHaveLength(3);
  });

  test("not more often by a list that opens again, which keeps the answer", async () => {
    const { session, asked, waiting, later } = open([[listed("kitchen", 3)]]);
    followMyRooms(session)();
    await later(0);
    expect(asked).toHaveLength(0);
    const stop = followMyRooms(session);
    await later(0);
    stop();
    const again = followMyRooms(session);
    await later(5000);
    expect(asked).toHaveLength(1);
    expect(waiting()).toEqual(["kitchen 3 0"]);
    again();
  });

  test("again after a failure, and the last answer stays until then", async () => {
    const { session, state, waiting, later } = open([[listed("kitchen", 3)]]);
    const stop = followMyRooms(session);
    await later(0);
    state.fails = true;
    await later(30_000);
    expect(waiting()).toEqual(["kitchen 3 0"]);
    [state.fails, state.pages] = [false, [[listed("kitchen", 4)]]];
    await later(30_000);
    expect(waiting()).toEqual(["kitchen 4 0"]);
    stop();
  });
});
