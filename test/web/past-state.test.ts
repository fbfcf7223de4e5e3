// Past state: a user reads an older part of a room around one message, in both directions, as it is now.
import { signal } from "@preact/signals";
import { describe, expect, test, vi } from "vitest";
import {
  cutRoom,
  findFirstSince,
  showFirstUnread,
} from "../../src/web/first-message.ts";
import { type PastState, past, showInPlace } from "../../src/web/past-state.ts";
import type { RoomState } from "../../src/web/room-state.ts";

await vi.hoisted(async () => {
  const { openFakePage } = await import("./support/fake-page.ts");
  return openFakePage();
});

interface Options {
  readonly before?: number;
  readonly after?: number;
  /** The time of a message is its number. */
  readonly at?: number;
  readonly limit: number;
}

/** A room of 1,000 messages whose newest 100 are loaded. */
function fakeRoom(oldest = 1) {
  const texts = new Map(
    Array.from({ length: 1000 }, (_, i) => [i + 1, `line ${i + 1}`]),
  );
  const listeners = new Map<string, (event: object) => void>();
  const message = (seq: number) => ({
    ...{ seq, user: "u", username: "bob", at: seq, id: `m${seq}` },
    ...{ text: texts.get(seq) ?? "", mine: false },
    deleted: texts.get(seq) === "" || undefined,
  });
  const room = {
    on: (type: string, listener: (event: object) => void) => {
      listeners.set(type, listener);
      return () => listeners.delete(type);
    },
    history: async ({ before = 1001, at, limit, ...options }: Options) => {
      const after = at === undefined ? options.after : at - 1;
      const from =
        after === undefined
          ? Math.max(oldest, before - limit)
          : Math.max(oldest, after + 1);
      const to =
        after === undefined ? before - 1 : Math.min(1000, from + limit - 1);
      const messages = [];
      for (let seq = from; seq <= to; seq++)
        if (texts.has(seq)) messages.push(message(seq));
      const more = after === undefined ? from > oldest : to < 1000;
      return { messages, from, to, more };
    },
    messageAt: async (seq: number) => message(seq),
  };
  const jumps: number[] = [];
  const state = {
    ...{ room, me: "alice", id: "lobby", title: "lobby" },
    people: { noteAuthors: () => undefined },
    snapshot: signal({ messages: [{ seq: 901 }] }),
    target: signal(null),
    unreadFrom: signal(null),
    isCovered: signal(false),
    connection: signal({ state: "connected", reason: null }),
    blocked: signal(new Set()),
    rights: signal({ place: "room" }),
    jumpTo: (seq: number) => jumps.push(seq),
  } as unknown as RoomState;
  const tell = (type: string, event: object) => listeners.get(type)?.(event);
  return { state, texts, tell, listeners, jumps };
}

const span = (part: PastState | null) => {
  const all = part?.messages.value ?? [];
  return [all[0]?.seq, all.at(-1)?.seq, all.length];
};

async function open(seq = 500) {
  const fake = fakeRoom();
  showInPlace(fake.state, seq);
  const part = past.value;
  await expect
    .poll(() => part?.isLoaded.value || part?.error.value)
    .toBeTruthy();
  return { ...fake, part: part as PastState };
}

describe("an older part of a room", () => {
  test("begins around the message, and goes on in both directions", async () => {
    const { part } = await open();
    expect(span(part)).toEqual([451, 550, 100]);
    await expect.poll(() => part.jump.value).toEqual({ seq: 500 });
    await part.loadOlder();
    expect(span(part)).toEqual([251, 550, 300]);
    await part.loadNewer();
    expect(span(part)).toEqual([251, 750, 500]);
    expect(part.jump.value).toEqual({ seq: 550 });
    for (let i = 0; i < 3; i++) await part.loadOlder();
    expect(part.isComplete.value).toBe(true);
    expect(span(part)).toEqual([1, 750, 750]);
  });

  test("ends where the newest messages begin", async () => {
    const { part, jumps, listeners } = await open(490);
    for (let i = 0; i < 2; i++) await part.loadNewer();
    expect(past.value).toBeNull();
    expect(jumps).toEqual([740]);
    expect(listeners.size).toBe(0);
  });

  test("shows changes and deletions of its messages", async () => {
    const { part, texts, tell } = await open();
    const at = (seq: number) =>
      part.messages.value.find((one) => one.seq === seq);
    texts.set(499, "better").set(501, "");
    tell("edited", { of: 499 });
    tell("deleted", { of: 501 });
    tell("reacted", { of: 4 });
    await expect.poll(() => at(499)?.text).toBe("better");
    await expect.poll(() => at(501)?.isDeleted).toBe(true);
    texts.set(498, "");
    tell("moderated", { action: "purge" });
    await expect.poll(() => at(498)?.isDeleted).toBe(true);
    tell("gap", { after: null });
    expect(past.value).toBeNull();
  });

  test("is not needed for a message near those that are loaded", () => {
    const { state, jumps } = fakeRoom();
    showInPlace(state, 950);
    showInPlace(state, 600);
    expect(past.value).toBeNull();
    expect(jumps).toEqual([950, 600]);
  });

  test("says that its message is gone", async () => {
    const fake = fakeRoom();
    fake.texts.delete(300);
    showInPlace(fake.state, 300);
    const part = past.value;
    await expect.poll(() => part?.error.value).toBe("gone");
    expect(part?.isLoaded.value).toBe(false);
  });
});

/** The number of the message that is shown, in the room or in an older part. */
const shownIn = (jumps: readonly number[]) =>
  jumps.at(-1) ?? Number(past.value?.id.split("/").at(-1));

describe("the first unread message", () => {
  test("is shown in its place, also where it is not loaded", async () => {
    const { state, texts, jumps } = fakeRoom();
    // A deleted message is not unread.
    texts.set(301, "");
    await showFirstUnread(state, 300);
    expect(shownIn(jumps)).toBe(302);
    expect(cutRoom.value).toBe(null);
  });

  test("is the oldest message, if it is not kept any more", async () => {
    const { state, jumps } = fakeRoom(400);
    await showFirstUnread(state, 300);
    expect(shownIn(jumps)).toBe(400);
    expect(cutRoom.value).toBe(state);
    cutRoom.value = null;
  });

  test("is looked for on further pages, and the newest is shown if there is none", async () => {
    const { state, texts, jumps } = fakeRoom();
    for (let seq = 301; seq <= 420; seq++) texts.set(seq, "");
    await showFirstUnread(state, 300);
    expect(shownIn(jumps)).toBe(421);
    for (let seq = 1; seq <= 1000; seq++) texts.set(seq, "");
    await showFirstUnread(state, 300);
    expect(shownIn(jumps)).toBe(901);
  });
});

describe("the first message of a time", () => {
  test("is the oldest that is kept before it, and the newest after the last", async () => {
    const { state } = fakeRoom(400);
    expect(await findFirstSince(state, 500)).toMatchObject({ seq: 500 });
    expect(await findFirstSince(state, 0)).toMatchObject({ seq: 400 });
    expect(await findFirstSince(state, 2000)).toMatchObject({ seq: 901 });
  });

  test("is not there in an empty room", async () => {
    const { state, texts } = fakeRoom();
    texts.clear();
    Object.assign(state, { snapshot: signal({ messages: [] }) });
    expect(await findFirstSince(state, 0)).toBe(null);
  });
});
