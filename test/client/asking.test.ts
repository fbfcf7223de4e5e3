// Asking for what is not told by itself: pages of history, names, older messages.
import { describe, expect, test } from "vitest";
import { settled } from "./place.ts";
import { history, message, Room, resumed } from "./room.ts";

const some = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => message(from + i));

describe("asking", () => {
  test("pages of history are promised, one request at a time", async () => {
    const room = new Room();
    const early = room.chat.history({ limit: 2 });
    await room.enters();
    expect(room.sent()).toEqual([{ type: "history", limit: 2 }]);
    const later = room.chat.history({ before: 8 });
    const who = room.chat.who("bob");
    expect(room.sent()).toEqual([]);
    room.says(history(some(8, 9), { more: true }));
    expect(room.sent()).toEqual([{ type: "history", before: 8 }]);
    room.says({ type: "error", code: "bad_request", message: "No." });
    expect(room.sent()).toEqual([{ type: "who", after: "bob" }]);
    room.says({ type: "members", members: ["carl"], count: 3, more: false });
    expect(await early).toMatchObject({
      messages: [{ seq: 8, past: true }, { seq: 9 }],
      more: true,
    });
    await expect(later).rejects.toMatchObject({ code: "bad_request" });
    expect(await who).toMatchObject({ members: ["carl"], count: 3 });
    expect(room.shown).toEqual([]);
  });

  test("older messages come to the front of the snapshot", async () => {
    const room = new Room({ history: 2 });
    await room.enters({ seq: 9 }, history(some(8, 9), { more: true }));
    expect(room.chat.getSnapshot().more).toBe(true);
    const older = room.chat.older(5);
    expect(room.sent()).toEqual([{ type: "history", before: 8, limit: 5 }]);
    room.says(history(some(3, 7)));
    await older;
    const { messages, more } = room.chat.getSnapshot();
    expect(messages.map(({ seq }) => seq)).toEqual([3, 4, 5, 6, 7, 8, 9]);
    expect(more).toBe(false);
  });

  test("what is asked is asked again after a lost connection", async () => {
    const room = new Room();
    await room.enters();
    const page = room.chat.history({ limit: 3 });
    expect(room.sent()).toHaveLength(1);
    await room.comesBack();
    room.says(resumed({ seq: 0 }));
    expect(room.sent()).toEqual([{ type: "history", limit: 3 }]);
    room.says(history([]));
    expect(await page).toEqual({ messages: [], more: false });
  });

  test("an answer that never comes is no reason to wait for ever", async () => {
    const room = new Room();
    await room.enters();
    const page = room.chat.history();
    await room.place.pass(30_000);
    room.says({ type: "pong" });
    await room.place.pass(30_000);
    expect(room.chat.reason).toMatchObject({ code: "no_answer" });
    await room.chat.close();
    await expect(page).rejects.toMatchObject({ code: "closed" });
    await settled();
  });
});
