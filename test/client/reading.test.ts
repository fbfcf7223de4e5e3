// Reading a room: each message once, in order, over pages, replays, holes, gaps and restarts.
import { describe, expect, test } from "vitest";
import { history, message, Room, resumed } from "./room.ts";

const some = (from: number, to: number, fields = {}) =>
  Array.from({ length: to - from + 1 }, (_, i) => message(from + i, fields));
const texts = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `text ${from + i}`);

describe("at first", () => {
  test("the newest page is shown as past, then what is said", async () => {
    const room = new Room({ history: 50 });
    await room.enters({ seq: 3 }, history(some(1, 3)), message(4));
    expect(room.shown).toEqual(texts(1, 4));
    const past = room.chat.getSnapshot().messages.map((one) => one.past);
    expect(past).toEqual([true, true, true, false]);
    expect(room.gaps).toEqual([]);
  });

  test("own messages are told apart by the id of the user", async () => {
    const room = new Room({ history: 1 });
    const own = message(1, { user: "alice-public-id-", username: "elsewhere" });
    await room.enters({ seq: 1 }, history([own]), message(2));
    const mine = room.chat.getSnapshot().messages.map((one) => one.mine);
    expect(mine).toEqual([true, false]);
  });

  test("events of unknown kinds are counted, not shown", async () => {
    const room = new Room({ history: 9 });
    const topic = (seq: number) => ({ type: "topic", seq, topic: "cats" });
    await room.enters({ seq: 2 }, history([message(1), topic(2)]));
    room.says(topic(3), message(4));
    expect(room.shown).toEqual(["text 1", "text 4"]);
    expect(room.sent()).toEqual([]);
  });
});

describe("coming back", () => {
  test("goes on after the last one that was shown", async () => {
    const room = new Room({ history: 50 });
    await room.enters({ seq: 2 }, history(some(1, 2)), message(3));
    expect(await room.comesBack()).toMatchObject({ since: 3, epoch: "e1" });
    room.says(resumed({ seq: 5 }), ...some(4, 5));
    room.says(message(6));
    expect(room.shown).toEqual(texts(1, 6));
    expect(room.chat.getSnapshot().messages.at(-1)?.past).toBe(false);
  });

  test("someone who never received anything resumes as well", async () => {
    const room = new Room({ history: 50 });
    await room.enters({ seq: 0 }, history([]));
    expect(await room.comesBack()).toMatchObject({ since: 0, epoch: "e1" });
    room.says(resumed({ seq: 2 }), ...some(1, 2));
    expect(room.shown).toEqual(texts(1, 2));
  });

  test("pages on while there is more, live traffic in between", async () => {
    const room = new Room({ history: 0 });
    await room.enters();
    await room.comesBack();
    room.says(resumed({ seq: 9, more: true }), ...some(1, 3));
    expect(room.sent()).toEqual([{ type: "history", after: 3, limit: 200 }]);
    room.says(message(10));
    room.says(history(some(4, 6), { more: true }), message(11));
    expect(room.sent()).toEqual([{ type: "history", after: 6, limit: 200 }]);
    expect(room.shown).toEqual(texts(1, 6));
    room.says(history(some(7, 10)));
    expect(room.shown).toEqual(texts(1, 11));
    room.says(message(12));
    expect(room.shown).toEqual(texts(1, 12));
    expect(room.sent()).toEqual([]);
  });

  test("a connection lost while paging goes on where it was", async () => {
    const room = new Room({ history: 0 });
    await room.enters();
    await room.comesBack();
    room.says(resumed({ seq: 9, more: true }), ...some(1, 3), message(10));
    expect(await room.comesBack()).toMatchObject({ since: 3 });
    room.says(resumed({ seq: 10 }), ...some(4, 10));
    expect(room.shown).toEqual(texts(1, 10));
  });

  test("a gap is told, and the newest page goes on from there", async () => {
    const room = new Room({ history: 2 });
    await room.enters({ seq: 2 }, history(some(1, 2)));
    await room.comesBack();
    const page = history(some(98, 99), { more: true });
    room.says(resumed({ seq: 99, resumed: false, gap: true }), page);
    expect(room.gaps).toEqual([
      { type: "gap", epoch: "e1", after: 2, before: 98 },
    ]);
    expect(room.shown).toEqual([...texts(1, 2), ...texts(98, 99)]);
    expect(room.told.at(-1)).toMatchObject({ type: "message", past: false });
  });

  test("a page that joins what was shown is no gap", async () => {
    const room = new Room({ history: 2 });
    await room.enters({ seq: 2 }, history(some(1, 2)));
    await room.comesBack();
    const page = history(some(2, 4));
    room.says(resumed({ seq: 4, resumed: false, gap: true }), page);
    expect(room.gaps).toEqual([]);
    expect(room.shown).toEqual(texts(1, 4));
  });

  test("another epoch is another history: the view begins anew", async () => {
    const room = new Room({ history: 5 });
    await room.enters({ seq: 3 }, history(some(1, 3)));
    await room.comesBack();
    const other = { seq: 1, epoch: "e2", resumed: false, gap: true };
    const page = history([message(1, { text: "new world" })], { epoch: "e2" });
    room.says(resumed(other), page);
    expect(room.gaps).toMatchObject([{ epoch: "e2", after: null, before: 1 }]);
    const shown = room.chat.getSnapshot().messages.map(({ text }) => text);
    expect(shown).toEqual(["new world"]);
    room.says(message(2));
    expect(await room.comesBack()).toMatchObject({ since: 2, epoch: "e2" });
  });
});

describe("live", () => {
  test("what comes twice is shown once", async () => {
    const room = new Room();
    await room.enters();
    room.says(message(1), message(1));
    room.says(message(2), message(1));
    expect(room.shown).toEqual(texts(1, 2));
  });

  test("a hole is filled before what is behind it is shown", async () => {
    const room = new Room();
    await room.enters();
    room.says(message(1));
    room.says(message(4));
    room.says(message(5));
    expect(room.shown).toEqual(texts(1, 1));
    expect(room.sent()).toEqual([{ type: "history", after: 1, limit: 200 }]);
    room.says(history(some(2, 4)));
    expect(room.shown).toEqual(texts(1, 5));
  });

  test("a hole that cannot be filled any more is a gap", async () => {
    const room = new Room();
    await room.enters();
    room.says(message(1));
    room.says(message(9));
    room.says(history(some(7, 9)));
    expect(room.gaps).toMatchObject([{ after: 1, before: 7 }]);
    expect(room.shown).toEqual(["text 1", ...texts(7, 9)]);
  });

  test("a crowd of events behind a hole is fetched rather than kept", async () => {
    const room = new Room();
    await room.enters();
    room.says(...some(2, 1500));
    room.says(history(some(1, 200), { more: true }));
    // 1,000 were put aside: up to 1,001.
    expect(room.shown).toHaveLength(1001);
    for (let after = 1001; after < 1500; after += 200) {
      const asked = room.sent().at(-1);
      expect(asked).toEqual({ type: "history", after, limit: 200 });
      const to = Math.min(after + 200, 1500);
      room.says(history(some(after + 1, to), { more: to < 1500 }));
    }
    expect(room.shown).toEqual(texts(1, 1500));
  });

  test("a refused request is made again when it may be", async () => {
    const room = new Room();
    await room.enters();
    room.says(message(2));
    expect(room.sent()).toHaveLength(1);
    room.says({
      type: "error",
      code: "rate_limited",
      message: "Too fast.",
      retryAfter: 700,
    });
    await room.place.pass(699);
    expect(room.sent()).toEqual([]);
    await room.place.pass(1);
    expect(room.sent()).toEqual([{ type: "history", after: 0, limit: 200 }]);
  });

  test("a page of another epoch means: join anew", async () => {
    const room = new Room();
    await room.enters();
    room.says(message(2));
    room.says(history(some(1, 2), { epoch: "e2" }));
    expect(room.shown).toEqual([]);
    await room.joins();
    expect(room.place.sockets).toHaveLength(2);
  });

  test("a reset takes the new history", async () => {
    const room = new Room({ history: 10 });
    await room.enters({ seq: 3 }, history(some(1, 3)));
    room.says({ type: "reset", epoch: "e2", seq: 7 });
    expect(room.sent()).toEqual([{ type: "history", limit: 10 }]);
    room.says(message(8));
    room.says(history(some(6, 7), { epoch: "e2" }));
    expect(room.gaps).toMatchObject([{ epoch: "e2", after: null, before: 6 }]);
    const shown = room.chat.getSnapshot().messages.map(({ seq }) => seq);
    expect(shown).toEqual([6, 7, 8]);
    expect(await room.comesBack()).toMatchObject({ since: 8, epoch: "e2" });
  });
});

describe("after a reload", () => {
  const reload = async (room: Room) => {
    await room.chat.close();
    const { storage } = room;
    return new Room({ storage, history: 2, name: "other", after: room });
  };

  test("what had been seen is past, and what came since is new", async () => {
    const before = new Room({ history: 2 });
    await before.enters({ seq: 2 }, history(some(1, 2)), message(3));
    const room = await reload(before);
    expect(await room.joins()).toMatchObject({ since: 3, epoch: "e1" });
    room.says(resumed({ seq: 5 }), ...some(4, 5));
    expect(room.sent()).toEqual([{ type: "history", before: 4, limit: 2 }]);
    expect(room.shown).toEqual([]);
    room.says(history(some(2, 3), { more: true }), message(6));
    expect(room.shown).toEqual(texts(2, 6));
    const { messages, more } = room.chat.getSnapshot();
    const past = messages.map((one) => one.past);
    expect(past).toEqual([true, true, false, false, false]);
    expect(more).toBe(true);
  });

  test("with a gap the page is past as far as it had been seen", async () => {
    const before = new Room({ history: 2 });
    await before.enters({ seq: 3 }, history(some(2, 3)));
    const room = await reload(before);
    await room.joins();
    const page = history(some(3, 4));
    room.says(resumed({ seq: 4, resumed: false, gap: true }), page);
    expect(room.gaps).toEqual([]);
    const past = room.chat.getSnapshot().messages.map((one) => one.past);
    expect(past).toEqual([true, false]);
  });

  test("a crash shows a second's worth again at most", async () => {
    const before = new Room();
    await before.enters();
    before.says(message(1));
    await before.place.pass(1000);
    before.says(message(2));
    const { storage } = before;
    const room = new Room({ storage, name: "other", after: before });
    expect(await room.joins()).toMatchObject({ since: 1 });
  });
});
