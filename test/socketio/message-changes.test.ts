// Message changes: a Socket.IO client edits, deletes, reacts and replies, and hears what others do.
import { describe, expect, test } from "vitest";
import { readSettings } from "../../src/protocol/settings.ts";
import { FakeBridge, message } from "./support/fake-rooms.ts";

/** What the room gets for an event of the client. */
function sent(...event: unknown[]): unknown {
  const bridge = new FakeBridge();
  const room = bridge.join();
  bridge.emit(...event);
  return room.read();
}

describe("a client changes messages", () => {
  test.for([
    [["edit", 7, "better"], { type: "edit", of: 7, text: "better" }],
    [
      ["edit", { of: 7, message: "better", data: 1 }],
      { type: "edit", of: 7, text: "better", data: 1 },
    ],
    [["delete", 7], { type: "delete", of: 7 }],
    [
      ["delete", { of: 7, reason: "spam" }],
      { type: "delete", of: 7, reason: "spam" },
    ],
    [["react", 7, "👍"], { type: "react", of: 7, emoji: "👍", on: true }],
    [
      ["react", 7, "👍", false],
      { type: "react", of: 7, emoji: "👍", on: false },
    ],
    [
      ["react", { of: 7, emoji: "👍", on: false }],
      { type: "react", of: 7, emoji: "👍", on: false },
    ],
    [
      ["new message", { message: "yes", replyTo: 7, thread: 3 }],
      { type: "message", text: "yes", replyTo: 7, thread: 3 },
    ],
  ] as const)("%j reaches the room", ([event, frame]) => {
    expect(sent(...event)).toEqual({ ...frame, id: expect.any(String) });
  });

  test.for([
    ["edit", 7, "better", "my-id"],
    ["edit", { of: 7, message: "better" }, "my-id"],
    ["edit", { of: 7, message: "better", id: "my-id" }],
    ["delete", 7, "my-id"],
    ["react", 7, "👍", "my-id"],
    ["react", 7, "👍", false, "my-id"],
    ["react", { of: 7, emoji: "👍", id: "my-id" }],
  ])("%j is sent under the client's own id", (event) => {
    expect(sent(...event)).toMatchObject({ id: "my-id" });
  });

  test.for([
    ["edit", "better"],
    ["edit", 0, "better"],
    ["edit", 7],
    ["delete"],
    ["delete", { reason: "spam" }],
    ["react", "👍"],
    ["react", { emoji: "👍" }],
  ])("%j names no message, and is refused", (event) => {
    const bridge = new FakeBridge();
    const room = bridge.join();
    bridge.emit(...event);
    expect(room.read()).toBeUndefined();
    const [refusal] = bridge.heard();
    expect(refusal?.slice(0, 3)).toMatchObject([
      ...["new message", { error: true }, { code: "bad_request" }],
    ]);
  });

  test("the acknowledgement has the number of the change, or the refusal", () => {
    const bridge = new FakeBridge();
    const room = bridge.join();
    bridge.say('21["edit",1,"better"]');
    room.say({ type: "ack", id: room.read()?.id, seq: 1, at: 9 });
    bridge.say('22["delete",1]');
    const id = room.read()?.id;
    room.say({ type: "error", id, code: "gone", message: "Not here." });
    const packets = bridge.socket.received.filter((one) =>
      String(one).startsWith("43"),
    );
    expect(packets).toEqual([
      '431[{"seq":1,"at":9}]',
      '432[{"message":"Not here.","error":"gone"}]',
    ]);
  });

  test("an app names these events as it likes, and its older names stay", () => {
    const settings = readSettings({
      SOCKETIO_EVENTS: "join: join room, message: edit, react: like",
    });
    const bridge = new FakeBridge({ settings });
    const room = bridge.join();
    bridge.emit("edit", "a message as before");
    expect(room.read()).toMatchObject({ type: "message" });
    bridge.emit("like", 7, "👍");
    expect(room.read()).toMatchObject({ type: "react" });
  });
});

test("a client hears of changes under the names of their kinds", () => {
  const bridge = new FakeBridge();
  const room = bridge.join();
  const header = { room: "lobby", at: 2 };
  const bob = { user: "user-of-bob", username: "bob" };
  const events = [
    { type: "edited", seq: 2, ...header, ...bob, of: 1, text: "better" },
    {
      ...{ type: "reacted", seq: 3, ...header, of: 1, emoji: "👍" },
      ...{ added: [bob], removed: [], count: 1 },
    },
    { type: "pinned", seq: 4, ...header, ...bob, of: 1 },
    { type: "unpinned", seq: 5, ...header, ...bob, of: 1 },
    { type: "topic", seq: 6, ...header, ...bob, text: "cats" },
    { type: "deleted", seq: 7, ...header, ...bob, of: 1, reason: "spam" },
  ];
  room.say(message(1), ...events);
  const heard = bridge.heard().slice(1);
  expect(
    heard.map(([name, fields]) => ({ type: name, ...Object(fields) })),
  ).toEqual(events);
  expect(heard.at(-1)?.at(-1)).toBe("alice|0|1|lobby|e1|7");
});

test("the ack of a client's own edit takes the place of its event, and its replay is dropped", () => {
  const bridge = new FakeBridge();
  const room = bridge.join();
  bridge.emit("edit", 1, "better");
  const { id } = room.read() ?? {};
  const alice = { user: "user-of-alice", username: "alice" };
  const edited = { type: "edited", seq: 1, room: "lobby", at: 1, ...alice };
  room.say({ type: "ack", id, seq: 1, at: 1 }, message(2));
  expect(bridge.heard().map(([name]) => name)).toEqual(["new message"]);
  bridge.emit("edit", 1, "again");
  const lost = room.read()?.id;
  room.say({ ...edited, seq: 3, of: 1, text: "again", id: lost }, message(4));
  expect(bridge.heard().map(([name]) => name)).toEqual(["new message"]);
});

test("a client's own reaction comes back to it, with the count", () => {
  const bridge = new FakeBridge();
  const room = bridge.join();
  bridge.emit("react", 1, "👍");
  const { id } = room.read() ?? {};
  const alice = { user: "user-of-alice", username: "alice", id };
  room.say(
    {
      ...{ type: "reacted", seq: 1, room: "lobby", at: 1, of: 1, emoji: "👍" },
      ...{ added: [alice], removed: [], count: 3 },
    },
    { type: "ack", id, seq: 1, at: 1 },
    message(2),
  );
  expect(bridge.heard().map((event) => event.slice(0, 2))).toMatchObject([
    ["reacted", { of: 1, count: 3 }],
    ["new message", { message: "text 2" }],
  ]);
  expect(room.read()).toBeUndefined();
});
