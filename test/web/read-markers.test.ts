// Read markers in the page: what a user has read on one device is read on the others.
import { signal } from "@preact/signals";
import { describe, expect, test, vi } from "vitest";
import type { ClientSnapshot, Room } from "../../src/client/index.ts";
import type { People } from "../../src/web/people.ts";
import { RoomState } from "../../src/web/room-state.ts";
import type { SessionListener } from "../../src/web/user-session.ts";

const { stored } = await vi.hoisted(async () => {
  const { openFakePage } = await import("./support/fake-page.ts");
  return openFakePage();
});

/** A room with ten messages of bob's, which a user opens. */
function open(fields: { read?: number; hasRead?: number } = {}) {
  stored.clear();
  const marked: number[] = [];
  const messages = Array.from({ length: 10 }, (_, i) => ({
    ...{ type: "message", seq: i + 1, room: "lobby", user: "b" },
    ...{ username: "bob", text: "x", at: i, mine: false, isReplay: true },
  }));
  const snapshot = (read: number) => ({
    ...{ state: "connected", reason: null, name: "lobby", messages },
    ...{ more: false, pending: [], read, members: [], details: new Map() },
  });
  let now = snapshot(fields.read ?? 0);
  let changed = () => undefined as unknown;
  const room = {
    getSnapshot: () => now,
    subscribe: (listener: () => void) => {
      changed = listener;
      return () => undefined;
    },
    on: () => () => undefined,
    markRead: (seq: number) => marked.push(seq),
  } as unknown as Room;
  const people = { noteMembers: () => undefined } as unknown as People;
  const user = signal({
    ...{ username: "alice", user: "a", blocked: [], pending: [] },
  } as unknown as ClientSnapshot);
  const state = new RoomState(
    ...(["alice", "lobby", room, user] as const),
    ...([{} as SessionListener, people] as const),
  );
  if (fields.hasRead !== undefined) state.setReadPosition(fields.hasRead);
  const tell = (read = fields.read ?? 0) => {
    now = snapshot(read);
    changed();
  };
  tell();
  return { state, marked, tell };
}

describe("a user with two devices", () => {
  test("begins on a new device where the other one has stopped reading", () => {
    const { state } = open({ read: 7 });
    expect(state.unread.value.count).toBe(3);
  });

  test("has read here what is read elsewhere meanwhile", () => {
    const { state, tell } = open({ hasRead: 4 });
    expect(state.unread.value.count).toBe(6);
    tell(9);
    expect(state.unread.value.count).toBe(1);
    tell(8);
    expect(state.unread.value.count).toBe(1);
  });

  test("tells the other device what is read here", () => {
    const { state, marked } = open({ hasRead: 4 });
    state.markRead(10);
    expect(marked).toEqual([10]);
    expect(state.unread.value.count).toBe(0);
  });

  test("has read all on a new device, where an older server knows nothing", () => {
    expect(open().state.unread.value.count).toBe(0);
  });
});

describe("the line above the unread messages", () => {
  test("stands where the user has stopped reading, and stays while they read", () => {
    const { state } = open({ hasRead: 4 });
    state.noteUnread(false);
    expect(state.unreadFrom.value).toBe(4);
    state.markRead(10);
    state.noteUnread(true);
    expect(state.unreadFrom.value).toBe(4);
  });

  test("is not there if all is read, on this device or on another one", () => {
    const { state } = open({ read: 10 });
    state.noteUnread(false);
    expect(state.unreadFrom.value).toBe(null);
  });

  test("moves to what comes later, if nobody looks", () => {
    const { state, tell } = open({ hasRead: 4 });
    state.noteUnread(false);
    tell(8);
    state.noteUnread(false);
    expect(state.unreadFrom.value).toBe(4);
    state.noteUnread(true);
    expect(state.unreadFrom.value).toBe(8);
  });
});
