// A reload, a crash, another tab: what was written is neither lost nor doubled.
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { memoryStorage } from "../../src/client/storage.ts";
import { JoinSchema } from "../../src/protocol/client-frames.ts";
import { settled } from "./place.ts";
import { message, own, Room, resumed, welcome } from "./room.ts";

describe("a reload or a crash", () => {
  const crash = (room: Room, name = "other") =>
    new Room({ storage: room.storage, name, after: room });

  test("loses nothing that was written offline", async () => {
    const before = new Room();
    before.chat.send("one");
    before.chat.send("two");
    await settled();
    const room = crash(before);
    await room.enters();
    expect(room.sent()).toMatchObject([{ text: "one" }, { text: "two" }]);
  });

  test("loses nothing that was written just before the chat was closed", async () => {
    const storage = memoryStorage();
    const later = async (act: () => Promise<void>) => {
      for (let turn = 0; turn < 50; turn++) await null;
      await act();
    };
    const before = new Room({
      storage: {
        ...storage,
        set: (key, value) => later(() => storage.set(key, value)),
      },
    });
    before.chat.send("one");
    await before.chat.close();
    const room = new Room({ storage, name: "other", after: before });
    await room.enters();
    expect(room.sent()).toMatchObject([{ text: "one" }]);
  });

  test.for([-3_600_000, 0])(
    "keeps the order, where the clock of the next run is %i ms on",
    async (ms) => {
      const before = new Room();
      before.chat.send("one");
      before.chat.send("two");
      await settled();
      const room = crash(before);
      room.place.clockSetBy = ms;
      // Before it has looked what there is.
      room.chat.send("three");
      await room.enters();
      expect(room.sent()).toMatchObject([
        { text: "one" },
        { text: "two" },
        { text: "three" },
      ]);
    },
  );

  test("keeps the order over several runs, however the clock is set", async () => {
    const before = new Room();
    const write = async (room: Room, hours: number, text: string) => {
      room.place.clockSetBy = hours * 3_600_000;
      room.chat.send(text).catch(() => {});
    };
    write(before, 0, "one");
    write(before, -1, "two");
    write(before, 0, "three");
    await before.chat.close();
    const second = crash(before, "second");
    // Before it has looked what there is, and after.
    write(second, -2, "four");
    await settled();
    write(second, -3, "five");
    await second.chat.close();
    const third = crash(second, "third");
    write(third, -4, "six");
    await third.chat.close();
    const fourth = crash(third, "fourth");
    write(fourth, -5, "seven");
    await fourth.enters();
    const texts = fourth.sent().map(({ text }) => text);
    expect(texts.join(" ")).toBe("one two three four five six seven");
  });

  test("resurrects nothing that was discarded as soon as it was written", async () => {
    const before = new Room();
    before.chat.send("one").catch(() => {});
    const [pending] = before.chat.pending;
    before.chat.send("two").catch(() => {});
    before.chat.discard(pending?.id ?? "");
    await before.chat.close();
    const room = crash(before);
    await room.enters();
    expect(room.sent()).toMatchObject([{ text: "two" }]);
    expect(await outbox(room)).toHaveLength(1);
  });

  test("doubles nothing whose ack was lost", async () => {
    const before = new Room();
    await before.enters();
    before.chat.send("one");
    before.chat.send("two");
    await settled();
    const frames = before.sent();
    const room = crash(before);
    expect(await room.joins()).toMatchObject({ since: 0, epoch: "e1" });
    room.says(resumed({ seq: 1 }), own(1, frames[0]));
    await settled();
    expect(room.sent()).toEqual([frames[1]]);
    expect(room.chat.pending).toMatchObject([{ text: "two" }]);
    expect(room.shown).toEqual(["one"]);
  });

  test("goes back to where it was sent, if the reader is further", async () => {
    const before = new Room();
    await before.enters();
    before.chat.send("hello");
    await settled();
    const [frame] = before.sent();
    // Another tab has shown it, and says so to the storage.
    before.says(own(1, frame, { id: "other" }), message(2));
    await before.place.pass(1000);
    const room = crash(before);
    expect(await room.joins()).toMatchObject({ since: 0 });
    room.says(resumed({ seq: 3 }), message(1), message(2), own(3, frame));
    await settled();
    expect(room.sent()).toEqual([]);
    expect(room.chat.pending).toEqual([]);
    expect(room.shown).toEqual(["hello"]);
  });

  test("with a gap after it leaves the message unknown", async () => {
    const before = new Room();
    await before.enters();
    before.chat.send("hello");
    await settled();
    const room = crash(before);
    await room.joins();
    room.says(resumed({ seq: 90, resumed: false, gap: true }));
    await settled();
    expect(room.sent()).toEqual([]);
    expect(room.chat.pending).toMatchObject([{ state: "unknown" }]);
    // It stays so, and is not sent by the next one either.
    const next = crash(room, "third");
    await next.enters({ seq: 90 });
    expect(next.sent()).toEqual([]);
    expect(next.chat.pending).toMatchObject([{ state: "unknown" }]);
  });

  test("as somebody else leaves alone what is not theirs", async () => {
    const before = new Room();
    await before.enters();
    before.chat.send("mine");
    await settled();
    const room = crash(before);
    await room.enters({ user: "another-identity" });
    expect(room.sent()).toEqual([]);
    expect(room.chat.pending).toEqual([]);
    const alice = crash(room, "third");
    await alice.enters({ resumed: true });
    expect(alice.sent()).toMatchObject([{ text: "mine" }]);
  });

  test("leaves what was written in other rooms to these", async () => {
    const before = new Room();
    before.chat.join("kitchen").send("dinner");
    before.chat.send("hello");
    await settled();
    const room = crash(before);
    await room.enters();
    expect(room.sent()).toMatchObject([{ text: "hello" }]);
    room.chat.join("kitchen");
    await room.joins();
    room.place.socket.says(welcome({ room: "kitchen" }));
    await settled();
    expect(room.sent()).toMatchObject([{ text: "dinner" }]);
  });

  test("damaged entries are passed over", async () => {
    const before = new Room();
    before.chat.send("whole");
    await settled();
    const [[key, entry] = ["", null]] = await outbox(before);
    for (const wrong of [null, 7, { id: 1 }, { ...Object(entry), to: 5 }])
      await before.storage.set(`${key}${JSON.stringify(wrong)}`, wrong);
    const room = crash(before);
    await room.enters();
    expect(room.sent()).toMatchObject([{ text: "whole" }]);
  });
});

async function outbox(room: Room): Promise<[string, unknown][]> {
  const all = await room.storage.list("");
  return all.filter(([key]) => key.includes("/out/"));
}

describe("damaged storage", () => {
  const key = (...parts: string[]) =>
    ["http://chat.example", "alice", ...parts]
      .map(encodeURIComponent)
      .join("/");
  const numbers = [-1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53];

  test.for(numbers)("with %d for where one was, one joins", async (seq) => {
    const storage = memoryStorage();
    const kept = new Map<string, unknown>([
      [key("room", "lobby"), { epoch: "e1", seq }],
      [key("mail"), { mail: seq, epoch: seq, sent: [] }],
    ]);
    const room = new Room({
      storage: {
        ...storage,
        get: async (name) => kept.get(name) ?? storage.get(name),
      },
    });
    const join = await room.joins();
    expect(v.safeParse(JoinSchema, join).issues).toBeUndefined();
    expect(join).not.toHaveProperty("since");
  });

  test("an epoch that no server has is not joined with", async () => {
    const storage = memoryStorage();
    const place = { epoch: "e".repeat(65), seq: 1 };
    await storage.set(key("room", "lobby"), place);
    expect(await new Room({ storage }).joins()).not.toHaveProperty("since");
  });

  test("what has no id that the server takes is not sent", async () => {
    const storage = memoryStorage();
    const entry = { room: "lobby", text: "hello", at: 1, owner: "nobody" };
    for (const id of ["", "ä", "i".repeat(65)])
      await storage.set(key("out", id), { ...entry, id });
    await storage.set(key("out", "fine"), { ...entry, id: "fine" });
    const room = new Room({ storage });
    await room.enters();
    expect(room.sent()).toMatchObject([{ id: "fine" }]);
  });
});
