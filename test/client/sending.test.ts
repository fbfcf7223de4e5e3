// Sending to the room: kept before it goes, in order, once, settled before it is sent again, honest when unsure.
import { describe, expect, test } from "vitest";
import { memoryStorage } from "../../src/client/storage.ts";
import { settled } from "./place.ts";
import {
  ALICE,
  ack,
  history,
  message,
  own,
  Room,
  refusal,
  resumed,
} from "./room.ts";

const RATED = {
  limits: { text: 4000, frame: 16384, rateBurst: 20, ratePerSecond: 5 },
};

describe("a message", () => {
  test("resolves with its ack, and is shown in its place", async () => {
    const room = new Room();
    await room.enters();
    const sent = room.chat.send("hello\r\nworld");
    await settled();
    const [frame] = room.sent();
    expect(frame).toEqual({
      type: "message",
      text: "hello\nworld",
      id: expect.any(String),
    });
    expect(room.chat.pending).toMatchObject([{ state: "sent", id: frame?.id }]);
    expect(room.shown).toEqual([]);
    room.says(message(1), ack(frame, 2), message(3));
    expect(await sent).toMatchObject({ seq: 2, id: frame?.id });
    expect(room.shown).toEqual(["text 1", "hello\nworld", "text 3"]);
    expect(room.chat.pending).toEqual([]);
    expect(
      room.told.find((event) => event.type === "message" && event.mine),
    ).toMatchObject({ user: ALICE, username: "alice", seq: 2, past: false });
    expect(await room.storage.list("")).not.toContain("hello");
  });

  test("is in the storage before it goes out", async () => {
    const storage = memoryStorage();
    let let_go = () => {};
    const gate = new Promise<void>((resolve) => {
      let_go = resolve;
    });
    const slow = {
      ...storage,
      set: async (key: string, value: unknown) => {
        if (key.includes("/out/")) await gate;
        await storage.set(key, value);
      },
    };
    const room = new Room({ storage: slow });
    await room.enters();
    room.chat.send("hello");
    await settled();
    expect(room.sent()).toEqual([]);
    let_go();
    await settled();
    expect(room.sent()).toMatchObject([{ text: "hello" }]);
  });

  test("goes out all the same where nothing can be kept", async () => {
    const broken = {
      ...memoryStorage(),
      set: () => Promise.reject(new Error("The disk is full.")),
      list: () => Promise.reject(new Error("The disk is gone.")),
    };
    const room = new Room({ storage: broken });
    await room.enters();
    const sent = room.chat.send("hello");
    await settled();
    const [frame] = room.sent();
    room.says(ack(frame, 1));
    await sent;
    const errors = room.told.filter((event) => event.type === "error");
    expect(errors).toMatchObject([{ error: { code: "storage" } }]);
  });

  test("written while there is no connection goes out in order", async () => {
    const room = new Room();
    const texts = ["one", "two", "three"];
    for (const text of texts) room.chat.send(text);
    expect(room.chat.pending.map(({ state }) => state)).toEqual(
      texts.map(() => "waiting"),
    );
    await room.enters();
    expect(room.sent().map(({ text }) => text)).toEqual(texts);
  });

  test("where the rate is limited goes out after the one before", async () => {
    const room = new Room();
    await room.enters(RATED);
    room.chat.send("one");
    room.chat.send("two");
    await settled();
    const [one] = room.sent();
    expect(one).toMatchObject({ text: "one" });
    room.says(refusal(one, "rate_limited", { retryAfter: 200 }));
    await room.place.pass(199);
    expect(room.sent()).toEqual([]);
    await room.place.pass(1);
    expect(room.sent()).toEqual([one]);
    room.says(ack(one, 1));
    expect(room.sent()).toMatchObject([{ text: "two" }]);
  });

  test.for(["bad_request", "muted", "a_code_of_tomorrow"])(
    "refused with %s is rejected, and stays to be seen",
    async (code) => {
      const room = new Room();
      await room.enters();
      const sent = room.chat.send("hello");
      await settled();
      const [frame] = room.sent();
      room.says(refusal(frame, code));
      await expect(sent).rejects.toMatchObject({ code, message: "No." });
      expect(room.chat.pending).toMatchObject([
        { text: "hello", state: "failed", error: { code } },
      ]);
      room.chat.resend(String(frame?.id));
      await settled();
      expect(room.sent()).toEqual([frame]);
      room.chat.discard(String(frame?.id));
      expect(room.chat.pending).toEqual([]);
    },
  );

  test("too large for a frame is refused here, since nobody could say which", async () => {
    const room = new Room();
    await room.enters();
    const sent = room.chat.send("ä".repeat(8192));
    await expect(sent).rejects.toMatchObject({ code: "too_large" });
    expect(room.sent()).toEqual([]);
  });

  test("whose rejection nobody awaits does not end the program", async () => {
    const room = new Room();
    await room.enters();
    room.chat.send("hello");
    room.chat.private("bob", "hello");
    await settled();
    const [one, two] = room.sent();
    room.says(refusal(one, "bad_request"), refusal(two, "bad_request"));
    await settled();
  });

  test("is refused at once where it cannot be sent", async () => {
    const room = new Room();
    await room.enters();
    const waiting = room.chat.send("before");
    await settled();
    room.place.socket.ends(4503, "replaced");
    await expect(waiting).rejects.toMatchObject({ code: "unknown" });
    const late = room.chat.send("after");
    await expect(late).rejects.toMatchObject({ code: "replaced" });
  });
});

describe("an ack that was lost", () => {
  test("is settled by the replay: nothing is sent again", async () => {
    const room = new Room();
    await room.enters();
    const sent = room.chat.send("hello");
    await settled();
    const [frame] = room.sent();
    expect(await room.comesBack()).toMatchObject({ since: 0 });
    room.says(resumed({ seq: 2 }), message(1), own(2, frame));
    expect(await sent).toMatchObject({ seq: 2, duplicate: true });
    await settled();
    expect(room.sent()).toEqual([]);
    expect(room.shown).toEqual(["text 1", "hello"]);
  });

  test("is settled only when all pages are there", async () => {
    const room = new Room();
    await room.enters();
    room.chat.send("hello");
    await settled();
    const [frame] = room.sent();
    await room.comesBack();
    room.chat.send("later");
    room.says(resumed({ seq: 4, more: true }), message(1));
    await settled();
    expect(room.sent()).toMatchObject([{ type: "history", after: 1 }]);
    room.says(history([message(2), own(3, frame), message(4)]));
    await settled();
    expect(room.sent()).toMatchObject([{ text: "later" }]);
    expect(room.shown).toEqual(["text 1", "text 2", "hello", "text 4"]);
  });

  test("of what never arrived: it is sent again under its id", async () => {
    const room = new Room();
    await room.enters();
    const texts = ["one", "two"];
    const both = texts.map((text) => room.chat.send(text));
    await settled();
    const frames = room.sent();
    await room.comesBack();
    room.says(resumed({ seq: 1 }), message(1));
    await settled();
    expect(room.sent()).toEqual(frames);
    // The first did arrive after all, behind the welcome.
    room.says(own(2, frames[0]), ack(frames[0], 2, { duplicate: true }));
    room.says(ack(frames[1], 3));
    expect(await Promise.all(both)).toMatchObject([{ seq: 2 }, { seq: 3 }]);
    expect(room.shown).toEqual(["text 1", ...texts]);
  });

  test("after a gap: it says so, and does not send again", async () => {
    const room = new Room({ history: 1 });
    await room.enters({ seq: 0 }, history([]));
    const sent = room.chat.send("hello");
    await settled();
    room.sent();
    await room.comesBack();
    const page = history([message(90)], { more: true });
    room.says(resumed({ seq: 90, resumed: false, gap: true }), page);
    await expect(sent).rejects.toMatchObject({ code: "unknown" });
    await settled();
    expect(room.sent()).toEqual([]);
    expect(room.chat.pending).toMatchObject([
      { text: "hello", state: "unknown" },
    ]);
    // What was never sent is not unknown.
    room.chat.send("news");
    await settled();
    expect(room.sent()).toMatchObject([{ text: "news" }]);
  });

  test("after a gap, with the message on the page: it has arrived", async () => {
    const room = new Room({ history: 5 });
    await room.enters({ seq: 0 }, history([]));
    const sent = room.chat.send("hello");
    await settled();
    const [frame] = room.sent();
    await room.comesBack();
    const page = history([message(90), own(91, frame)], { more: true });
    room.says(resumed({ seq: 91, resumed: false, gap: true }), page);
    expect(await sent).toMatchObject({ seq: 91 });
  });

  test("on a connection that lives on: it is given up after a while", async () => {
    const room = new Room();
    await room.enters();
    room.chat.send("hello");
    await settled();
    room.sent();
    await room.place.pass(30_000);
    room.says({ type: "pong" });
    await room.place.pass(30_000);
    expect(room.chat.reason).toMatchObject({ code: "no_answer" });
  });

  test("for a message that is not ours any more: it is fetched", async () => {
    const room = new Room();
    await room.enters();
    room.chat.send("hello");
    await settled();
    const [frame] = room.sent();
    room.chat.discard(String(frame?.id));
    room.says(ack(frame, 1));
    expect(room.sent()).toEqual([{ type: "history", after: 0, limit: 200 }]);
    room.says(history([own(1, frame)]));
    expect(room.shown).toEqual(["hello"]);
  });
});
