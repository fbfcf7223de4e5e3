// What a view sees: members, typing, the snapshot and when it changes; listeners that throw.
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { settled } from "./place.ts";
import { ack, BOB, history, message, Room, welcome } from "./room.ts";

describe("members", () => {
  test("come and go", async () => {
    const room = new Room();
    await room.enters({ members: ["alice", "carl"], count: 2 });
    const who = { user: BOB, username: "bob", at: 1 };
    room.says({ type: "joined", ...who });
    expect(room.chat.members).toEqual(["alice", "bob", "carl"]);
    room.says({ type: "joined", ...who });
    expect(room.chat.count).toBe(3);
    room.says({ type: "left", ...who });
    expect(room.chat.members).toEqual(["alice", "carl"]);
    expect(room.chat.count).toBe(2);
    expect(room.told.at(-1)).toEqual({
      type: "members",
      members: ["alice", "carl"],
      count: 2,
    });
  });

  test("in a crowd are counted, and asked for when there are fewer", async () => {
    const room = new Room();
    await room.enters();
    room.says({ type: "count", count: 900 });
    expect(room.chat.count).toBe(900);
    expect(room.sent()).toEqual([]);
    room.says({ type: "count", count: 200 });
    room.says({ type: "count", count: 3 });
    expect(room.sent()).toEqual([{ type: "who" }]);
    const members = ["alice", "bob", "carl"];
    room.says({ type: "members", members, count: 3, more: false });
    expect(room.chat.members).toEqual(members);
    expect(room.sent()).toEqual([]);
  });
});

describe("typing", () => {
  test("is told every three seconds at most", async () => {
    const room = new Room();
    room.chat.typing();
    await room.enters();
    room.chat.typing();
    room.chat.typing();
    await room.place.pass(3000);
    room.chat.typing();
    expect(room.sent()).toEqual([{ type: "typing" }, { type: "typing" }]);
  });
});

describe("the snapshot", () => {
  test("is the same object until something changes", async () => {
    const room = new Room();
    const seen = [room.chat.getSnapshot()];
    const { subscribe, getSnapshot } = room.chat;
    const stop = subscribe(() => seen.push(getSnapshot()));
    expect(getSnapshot()).toBe(seen[0]);
    await room.enters();
    room.says({ type: "pong" });
    expect(seen).toHaveLength(2);
    expect(getSnapshot()).toBe(seen[1]);
    room.says(message(1), message(2));
    expect(seen).toHaveLength(3);
    expect(seen[1]?.messages).toHaveLength(0);
    expect(seen[2]?.messages).toHaveLength(2);
    stop();
    room.says(message(3));
    expect(seen).toHaveLength(3);
  });

  test("shows what is pending from the moment it is written", async () => {
    const room = new Room();
    room.chat.send("hello");
    expect(room.chat.getSnapshot().pending).toMatchObject([
      { text: "hello", state: "waiting", at: room.place.time },
    ]);
  });

  test("holds the newest messages", async () => {
    const room = new Room({ history: 2 });
    const all = Array.from({ length: 600 }, (_, i) => message(i + 1));
    await room.enters({ seq: 2 }, history(all.slice(0, 2)), ...all.slice(2));
    const { messages, more } = room.chat.getSnapshot();
    expect(messages).toHaveLength(500);
    expect(messages.at(-1)).toMatchObject({ seq: 600 });
    expect(more).toBe(true);
  });
});

test("a view that asks for older ones before the first page has come shows each once", async () => {
  const before = new Room({ history: 50 });
  const past = [message(1), message(2)];
  await before.enters({ seq: 2 }, history(past));
  await before.place.pass(1000);
  const options = { storage: before.storage, name: "other", after: before };
  const room = new Room({ ...options, history: 50 });
  room.chat.older(100);
  await room.enters({ seq: 2, resumed: true });
  expect(room.sent()).toHaveLength(1);
  room.says(history(past));
  await settled();
  expect(room.sent()).toHaveLength(1);
  room.says(history(past), message(3));
  await settled();
  const { messages } = room.chat.getSnapshot();
  expect(messages.map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

describe("listeners", () => {
  test("hear nothing after they have stopped", async () => {
    const room = new Room();
    const heard: string[] = [];
    const stop = room.chat.on("message", ({ text }) => heard.push(text));
    await room.enters({}, message(1));
    stop();
    room.says(message(2));
    expect(heard).toEqual(["text 1"]);
  });

  test("that throw cost the others nothing", async () => {
    const room = new Room();
    const thrown = new Promise((resolve) =>
      vi.spyOn(globalThis, "queueMicrotask").mockImplementation((act) => {
        try {
          act();
        } catch (error) {
          resolve(error);
        }
      }),
    );
    const fault = new Error("A fault of the app's.");
    room.chat.on("message", () => {
      throw fault;
    });
    const heard: string[] = [];
    room.chat.on("message", ({ text }) => heard.push(text));
    await room.enters({}, message(1));
    expect(heard).toEqual(["text 1"]);
    expect(await thrown).toBe(fault);
    vi.restoreAllMocks();
  });

  test("that throw at a new snapshot change nothing about what was sent", async () => {
    const room = new Room();
    await room.enters();
    const act = vi
      .spyOn(globalThis, "queueMicrotask")
      .mockImplementation(() => {});
    onTestFinished(() => act.mockRestore());
    const fault = new Error("A fault of the app's.");
    room.chat.subscribe(() => {
      throw fault;
    });
    const hear = vi.fn();
    room.chat.subscribe(hear);
    const receipt = room.chat.send("hello");
    await settled();
    const [frame] = room.sent();
    room.says(ack(frame, 1), message(2));
    expect(await receipt).toMatchObject({ seq: 1 });
    expect(room.shown).toEqual(["hello", "text 2"]);
    expect(hear).toHaveBeenCalled();
    await room.chat.leave();
    await room.chat.close();
    expect(() => act.mock.calls[0]?.[0]()).toThrow(fault);
  });

  test("may close the chat, and send, from within", async () => {
    const room = new Room();
    room.chat.on("message", () => void room.chat.send("answer"));
    await room.enters({}, message(1));
    await settled();
    expect(room.sent()).toMatchObject([{ text: "answer" }]);
    room.chat.on("message", () => void room.chat.close());
    room.says(message(2), message(3));
    expect(room.chat.reason).toMatchObject({ code: "closed" });
  });

  test("that iterate get everything, also what came before they read", async () => {
    const room = new Room();
    const events = room.chat[Symbol.asyncIterator]();
    await room.enters({}, message(1));
    const read = [];
    for await (const event of events) {
      read.push(event.type);
      if (event.type === "message") break;
    }
    expect(read).toEqual(["state", "members", "message"]);
  });
});

test("a welcome in the middle of nothing is taken as it comes", async () => {
  const room = new Room();
  await room.enters();
  room.says(welcome({ members: ["alice", "bob"], count: 2 }));
  expect(room.chat.count).toBe(2);
});

test("rendering on a server, and first in a browser, sees the same at any time", async () => {
  const room = new Room();
  const { getServerSnapshot, getSnapshot } = room.chat;
  const first = getServerSnapshot();
  expect(first).toMatchObject({
    ...{ state: "connecting", room: "lobby", username: "alice" },
    ...{ messages: [], members: [], pending: [], user: null },
  });
  await room.enters({}, message(1));
  expect(getServerSnapshot()).toBe(first);
  expect(first.state).toBe("connecting");
  expect(getSnapshot()).not.toBe(first);
});
