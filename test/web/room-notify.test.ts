// Room notify: each room tells the user of as much as was chosen for it, and other tabs learn the choice.
import { computed, signal } from "@preact/signals";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import type { ChatMessage, ChatPrivate } from "../../src/client/index.ts";
import { forgetName } from "../../src/web/identity.ts";
import { announcement, createListener } from "../../src/web/notifications.ts";
import { type OnDemandParts, onDemandParts } from "../../src/web/on-demand.ts";
import type { PeerState } from "../../src/web/peer-state.ts";
import {
  isNotified,
  notifiedCount,
  ROOM_NOTIFY,
  roomNotify,
  setRoomNotify,
} from "../../src/web/room-notify.ts";
import type { RoomState } from "../../src/web/room-state.ts";
import { notifyAbout, sound } from "../../src/web/settings.ts";

const page = await vi.hoisted(async () => {
  const { openFakePage } = await import("./support/fake-page.ts");
  return openFakePage();
});

const played = vi.fn();
const KEY = "notify:alice:lobby";

function roomMessage(text: string) {
  const message = { user: "u-bob", username: "bob", text, seq: 1 };
  return message as unknown as ChatMessage;
}

function fakeRoom(id: string, unread = { count: 3, mentions: 1 }) {
  const room = {
    ...{ kind: "room", me: "alice", id, title: id },
    unread: signal(unread),
    blocked: signal(new Set()),
    user: signal({ user: "u-alice" }),
  };
  return room as unknown as RoomState;
}

const closed = createListener({
  name: "alice",
  isOpen: () => false,
  showConversation: () => undefined,
  showMessage: () => undefined,
});

/** The messages, by their texts, that make a sound. */
function heard(room: RoomState, ...texts: readonly string[]): string[] {
  return texts.filter((text) => {
    played.mockClear();
    closed.onRoomMessage(room, roomMessage(text));
    return played.mock.calls.length > 0;
  });
}

/** Another tab stores a choice of alice for the lobby. */
function changeInOtherTab(choice: string): void {
  const key = [...page.stored.keys()].find((one) => one.endsWith(KEY)) ?? "";
  page.changeElsewhere(key, choice);
}

afterAll(() => {
  onDemandParts.value = null;
  vi.unstubAllGlobals();
  vi.resetModules();
});

beforeEach(() => {
  for (const choice of ["lobby", "kitchen"])
    setRoomNotify("alice", choice, "default");
  onDemandParts.value = { playSound: played } as unknown as OnDemandParts;
  sound.value = "on";
  notifyAbout.value = "mine";
});

test("a room without a choice follows the settings", () => {
  const lobby = fakeRoom("lobby");
  expect(heard(lobby, "hello", "hello @alice")).toEqual(["hello @alice"]);
  notifyAbout.value = "all";
  expect(heard(lobby, "hello", "hello @alice")).toHaveLength(2);
  expect(notifiedCount(lobby)).toBe(3);
});

test("a room tells the user of every message, of mentions, or of none, whatever the settings are", () => {
  const lobby = fakeRoom("lobby");
  setRoomNotify("alice", "lobby", "all");
  expect(heard(lobby, "hello", "hello @alice")).toHaveLength(2);
  expect(notifiedCount(lobby)).toBe(3);
  notifyAbout.value = "all";
  setRoomNotify("alice", "lobby", "mentions");
  expect(heard(lobby, "hello", "hello @alice")).toEqual(["hello @alice"]);
  expect(notifiedCount(lobby)).toBe(1);
  setRoomNotify("alice", "lobby", "none");
  const before = announcement.value.count;
  expect(heard(lobby, "hello", "hello @alice")).toEqual([]);
  expect(announcement.value.count).toBe(before);
  expect(notifiedCount(lobby)).toBe(0);
});

test("a choice for one room changes no other room, no other user and no private message", () => {
  setRoomNotify("alice", "lobby", "none");
  expect(heard(fakeRoom("kitchen"), "@alice")).toEqual(["@alice"]);
  expect(roomNotify("bob", "lobby")).toBe("default");
  const peer = { kind: "peer", me: "alice", id: "@lobby" };
  played.mockClear();
  const letter = { username: "bob", text: "psst", id: "1" };
  closed.onPrivateMessage(
    peer as unknown as PeerState,
    letter as unknown as ChatPrivate,
  );
  expect(played).toHaveBeenCalledOnce();
});

test("a user who reads a room without notifications still hears its messages from a screen reader", () => {
  setRoomNotify("alice", "lobby", "none");
  const open = createListener({
    name: "alice",
    isOpen: () => true,
    showConversation: () => undefined,
    showMessage: () => undefined,
  });
  open.onRoomMessage(fakeRoom("lobby"), roomMessage("spoken words"));
  expect(announcement.value.text).toContain("spoken words");
});

test("another tab of the browser takes over the choice", () => {
  const lobby = fakeRoom("lobby");
  setRoomNotify("alice", "lobby", "all");
  const count = computed(() => notifiedCount(lobby));
  expect(count.value).toBe(3);
  changeInOtherTab("none");
  expect(count.value).toBe(0);
  // A later release may know more choices.
  changeInOtherTab("weekdays");
  expect(roomNotify("alice", "lobby")).toBe("default");
});

test("a forgotten name leaves no choice behind", () => {
  setRoomNotify("alice", "lobby", "none");
  expect([...page.stored.keys()].join()).toContain(KEY);
  forgetName("alice");
  expect([...page.stored.keys()].join()).not.toContain(KEY);
});

test("only a mention or a choice of every message notifies", () => {
  const all = ROOM_NOTIFY.map((choice) => [
    isNotified(choice, false, "mine"),
    isNotified(choice, true, "mine"),
  ]);
  expect(all).toEqual([
    [false, true],
    [true, true],
    [false, true],
    [false, false],
  ]);
});
