// Timeouts: a storage, its locks or a token that never answers holds a chat up for a bounded time, and is named.
import { describe, expect, test } from "vitest";
import type { Locks } from "../../src/client/environment.ts";
import { type ChatStorage, memoryStorage } from "../../src/client/storage.ts";
import { settled } from "./place.ts";
import { ack, Room, resumed } from "./room.ts";
import { Tabs } from "./tabs.ts";

const never = () => new Promise<never>(() => {});
const METHODS = ["get", "set", "claim", "remove", "list"] as const;

const storageErrors = (room: Room) =>
  room.told.flatMap((event) =>
    event.type === "error" && event.error.code === "storage"
      ? event.error.message
      : [],
  );

/** Lets happen what waits for nothing, then lets time pass. */
async function waits(room: Room, ms: number): Promise<void> {
  await settled();
  await room.place.pass(ms);
}

/** Joins, says something, and has its ack, whatever is in the way. */
async function talks(room: Room): Promise<void> {
  await waits(room, 5000);
  await room.enters();
  const sent = room.chat.send("hello");
  await settled();
  await waits(room, 5000);
  const [frame] = room.sent();
  room.says(ack(frame, 1));
  expect(await sent).toMatchObject({ seq: 1 });
}

describe("a storage", () => {
  test.for(METHODS)("whose %s never answers", async (method) => {
    const room = new Room({
      storage: { ...memoryStorage(), [method]: never },
    });
    await talks(room);
    const closed = room.chat.close();
    await waits(room, 5000);
    await closed;
    const told = storageErrors(room);
    expect(told).toEqual([
      expect.stringContaining(`(${method}: no answer in 5 s)`),
    ]);
    expect(room.chat.getSnapshot().storageError).toMatchObject({
      code: "storage",
      message: told[0],
    });
  });

  test("of which nothing answers costs one timeout, not one a call", async () => {
    const storage = Object.fromEntries(METHODS.map((one) => [one, never]));
    const room = new Room({ storage: storage as unknown as ChatStorage });
    expect(room.chat.state).toBe("connecting");
    await waits(room, 4999);
    expect(room.place.sockets).toEqual([]);
    await waits(room, 1);
    await talks(room);
    expect(storageErrors(room)).toHaveLength(1);
  });

  test.for([
    [
      "throws",
      () => {
        throw new Error("Out of order.");
      },
      "Out of order.",
    ],
    ["is no function", undefined, "(get: "],
  ] as const)("whose get %s", async ([, get, why]) => {
    const storage = { ...memoryStorage(), get } as unknown as ChatStorage;
    const room = new Room({ storage });
    await talks(room);
    expect(storageErrors(room)).toEqual([expect.stringContaining(why)]);
  });

  test("that answers after all is used again, and has its secret", async () => {
    const shared = memoryStorage();
    const before = new Room({ storage: shared });
    const { token } = await before.joins();
    const late = Promise.withResolvers<undefined>();
    let isLate = true;
    const room = new Room({
      name: "other",
      storage: {
        ...shared,
        get: (key) => (isLate ? late.promise : shared.get(key)),
      },
    });
    await waits(room, 5000);
    expect((await room.joins()).token).not.toBe(token);
    isLate = false;
    late.resolve(undefined);
    expect((await room.comesBack()).token).toBe(token);
    await settled();
    room.says(resumed({}));
    room.chat.send("kept");
    await settled();
    expect(JSON.stringify(await shared.list(""))).toContain("kept");
  });

  test("that works again is said to", async () => {
    const kept = memoryStorage();
    let isFull = true;
    const full = () => Promise.reject(new Error("The disk is full."));
    const set: ChatStorage["set"] = (key, value) =>
      isFull ? full() : kept.set(key, value);
    const room = new Room({ storage: { ...kept, set } });
    await room.enters();
    room.chat.send("one");
    await settled();
    let seen = room.chat.getSnapshot();
    expect(seen.storageError?.message).toContain("(set: The disk is full.)");
    room.chat.subscribe(() => {
      seen = room.chat.getSnapshot();
    });
    isFull = false;
    room.chat.send("two");
    await settled();
    expect(seen.storageError).toBeNull();
    expect(storageErrors(room)).toHaveLength(1);
  });
});

describe("locks", () => {
  const left = async (locks: Locks) => {
    const before = new Room();
    before.chat.send("left");
    await settled();
    const { storage } = before;
    return new Room({ storage, locks, name: "other", after: before });
  };

  test.for(["alone", "held"] as const)(
    "whose %s never answers: what was left is sent all the same",
    async (method) => {
      const tab = new Tabs().open();
      const locks: Locks = {
        hold: (name) => tab.hold(name),
        held: () => tab.held(),
        alone: (name, act) => tab.alone(name, act),
        [method]: never,
      };
      const room = await left(locks);
      await waits(room, 5000);
      await room.enters();
      expect(room.sent()).toMatchObject([{ text: "left" }]);
      expect(storageErrors(room)).toEqual([
        expect.stringContaining("(locks: no answer in 5 s)"),
      ]);
    },
  );

  test("that come late are let go at once", async () => {
    const tab = new Tabs().open();
    const granted = Promise.withResolvers<void>();
    let isHeld = true;
    const room = await left({
      hold: (name) => tab.hold(name),
      held: () => tab.held(),
      alone: async (_, act) => {
        await granted.promise;
        await act();
        isHeld = false;
      },
    });
    await waits(room, 5000);
    await room.enters();
    granted.resolve();
    await settled();
    expect(isHeld).toBe(false);
    expect(room.sent()).toHaveLength(1);
  });
});

describe("a token()", () => {
  test("that never answers is asked for again, and named meanwhile", async () => {
    let calls = 0;
    const token = () => (++calls === 1 ? never() : "token-2");
    const room = new Room({ token });
    await settled();
    await waits(room, 15_000);
    expect(room.chat.state).toBe("offline");
    expect(room.chat.reason).toMatchObject({
      code: "no_token",
      message: expect.stringContaining("no answer in 15 s"),
    });
    expect(room.place.sockets).toEqual([]);
    await room.place.nextTry();
    expect((await room.joins()).token).toBe("token-2");
  });

  test("that answers late ends no newer try", async () => {
    let calls = 0;
    const token = () => (++calls === 1 ? never() : "token-2");
    const room = new Room({ token });
    await settled();
    room.chat.reconnect();
    await room.enters();
    await waits(room, 14_000);
    await waits(room, 1000);
    expect(room.chat.state).toBe("live");
  });

  test.for([undefined, null, 7, {}, ""])(
    "that gives %o is named",
    async (given) => {
      const room = new Room({ token: () => given as unknown as string });
      await settled();
      expect(room.chat.state).toBe("offline");
      expect(room.chat.reason).toMatchObject({
        code: "no_token",
        message: expect.stringContaining("it must be a string"),
      });
    },
  );
});
