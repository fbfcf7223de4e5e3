// Seen: the page finds the newest message that others have seen, and the mail that the user has read.
import { signal } from "@preact/signals";
import { describe, expect, test, vi } from "vitest";
import type { DisplayMessage } from "../../src/web/display-message.ts";
import { readMail } from "../../src/web/mail-reading.ts";
import { groupByPeer } from "../../src/web/private-threads.ts";
import type { RoomState } from "../../src/web/room-state.ts";
import { newestSeen } from "../../src/web/seen.ts";
import { countUnread, lastReadPosition } from "../../src/web/unread.ts";
import type { UserSession } from "../../src/web/user-session.ts";

await vi.hoisted(async () => {
  const { openFakePage } = await import("./support/fake-page.ts");
  return openFakePage();
});

const NOW = 1_000_000;

describe("a user of a small room", () => {
  const written = (seq: number, username: string, fields: object = {}) =>
    ({
      ...{ key: `m${seq}`, state: "sent", position: seq, seq, text: "x" },
      ...{ mine: username === "alice", user: `id-${username}`, username },
      ...{ at: seq, ...fields },
    }) as DisplayMessage;

  function openRoom(messages: DisplayMessage[], count = 5) {
    const room = {
      ...{ messages: signal(messages), snapshot: signal({ count }) },
      seen: signal(new Map<string, object>()),
      ...{ blocked: signal(new Set<string>()), userId: "id-alice" },
    };
    const sees = (username: string, read: number) => {
      const user = `id-${username}`;
      const seen = { type: "seen", user, username, read };
      room.seen.value = new Map(room.seen.value).set(user, seen);
    };
    const shown = () => {
      const { value } = newestSeen(room as unknown as RoomState);
      return value && [value.seq, ...value.people.map((one) => one.username)];
    };
    return { room, sees, shown };
  }

  test("sees by whom the newest message was seen, as they read on", () => {
    const { sees, shown } = openRoom([
      ...[written(1, "alice"), written(2, "alice"), written(4, "alice")],
    ]);
    expect(shown()).toBeUndefined();
    sees("李雷", 2);
    expect(shown()).toEqual([2, "李雷"]);
    sees("bob", 3);
    expect(shown()).toEqual([2, "bob", "李雷"]);
    sees("bob", 4);
    expect(shown()).toEqual([4, "bob"]);
  });

  test("is not told that authors have seen their own messages", () => {
    const { sees, shown } = openRoom([written(1, "alice"), written(2, "bob")]);
    sees("bob", 2);
    expect(shown()).toEqual([1, "bob"]);
    sees("carol", 2);
    expect(shown()).toEqual([2, "carol"]);
  });

  test("does not see blocked people, nor what nobody can see any more", () => {
    const { room, sees, shown } = openRoom([
      ...[written(1, "alice"), written(2, "alice", { isDeleted: true })],
      written(3, "mallory"),
    ]);
    sees("mallory", 3);
    sees("bob", 3);
    room.blocked.value = new Set(["id-mallory"]);
    expect(shown()).toEqual([1, "bob"]);
  });

  test("sees nobody in a large room, where the server tells it of nobody", () => {
    const { room, sees, shown } = openRoom([written(1, "alice")], 51);
    sees("bob", 1);
    expect(shown()).toBeUndefined();
    room.snapshot.value = { count: 50 };
    expect(shown()).toEqual([1, "bob"]);
  });
});

describe("a user with private messages on two devices", () => {
  const letter = (mail: number, username: string, mine = false) => ({
    ...{ type: "private" as const, id: `p${mail}`, user: `id-${username}` },
    ...{ username: mine ? "alice" : username, to: mine ? username : "alice" },
    ...{ text: "psst", at: mail, mail, mine, isReplay: false },
  });

  function open(letters: ReturnType<typeof letter>[], mentions: object[] = []) {
    const threads = groupByPeer(letters, [], "alice");
    const peers = [...threads].map(([key, { messages }]) => ({
      ...{ id: `@${key}`, messages: signal(messages) },
      readPosition: signal(0),
    }));
    const session = {
      ...{ name: "alice", peers: signal(peers), mentions: signal(mentions) },
      privateMessages: signal(new Map(letters.map((one) => [one.id, one]))),
      ...{ rooms: signal([]), snapshot: signal({ blocked: [], mailRead: 0 }) },
    };
    const reads = (name: string, position: number) => {
      const peer = peers.find(({ id }) => id === `@${name}`);
      if (peer !== undefined) peer.readPosition.value = position;
    };
    const marked = () => readMail(session as unknown as UserSession, NOW);
    return { reads, marked, session };
  }

  test("marks as read only what lies before all that waits", () => {
    const { reads, marked } = open([
      ...[letter(1, "bob"), letter(3, "carol"), letter(5, "bob")],
    ]);
    expect(marked()).toBe(0);
    reads("bob", 5);
    expect(marked()).toBe(2);
    reads("carol", 3);
    expect(marked()).toBe(5);
  });

  test("has read what they have answered", () => {
    const { marked } = open([letter(1, "bob"), letter(2, "bob", true)]);
    expect(marked()).toBe(2);
  });

  test("keeps a mention that waits in another room", () => {
    const mention = (at: number, user = "b") => ({
      ...{ mail: 2, room: "kitchen", of: 7, user, at },
    });
    const letters = [letter(1, "bob"), letter(3, "bob")];
    const { reads, marked, session } = open(letters, [mention(NOW)]);
    reads("bob", 3);
    expect(marked()).toBe(1);
    session.mentions.value = [mention(NOW - 8 * 86_400_000)];
    expect(marked()).toBe(3);
    // Another device has read it.
    session.mentions.value = [mention(NOW)];
    session.snapshot.value = { blocked: [], mailRead: 2 };
    expect(marked()).toBe(3);
  });

  test("has read here what was read on the other device", () => {
    const letters = [letter(1, "bob"), letter(3, "bob"), letter(5, "bob")];
    const of = (mailRead: number) =>
      groupByPeer(letters, [], "alice", new Map(), mailRead).get("bob")
        ?.messages ?? [];
    expect(countUnread(of(0), 0, "alice").count).toBe(3);
    expect(countUnread(of(4), 0, "alice").count).toBe(1);
    expect(lastReadPosition(of(4), 0)).toBe(3);
  });
});
