// Bridge: one client of Socket.IO and its rooms, with every frame of both written by the test.
import { describe, expect, test } from "vitest";
import { readSettings } from "../../src/protocol/settings.ts";
import {
  FakeBridge,
  message,
  page,
  reconnect,
  texts,
} from "./support/fake-rooms.ts";

describe("the order of events", () => {
  test("a client that misses an event gets it from the log, and nothing twice", () => {
    const bridge = new FakeBridge();
    const room = bridge.join();
    room.say(message(1), message(3));
    expect(room.read()).toEqual({ type: "history", after: 1, limit: 200 });
    room.say(message(4));
    expect(room.read()).toBeUndefined();
    room.say(page([message(2), message(3)], true));
    expect(room.read()).toEqual({ type: "history", after: 3, limit: 200 });
    room.say(page([message(4)]));
    room.say(message(5), message(5));
    expect(texts(bridge.heard())).toEqual(
      [1, 2, 3, 4, 5].map((n) => `text ${n}`),
    );
  });

  test("a page that the room refuses is asked for again after the time it names", () => {
    const bridge = new FakeBridge();
    const room = bridge.join();
    room.say(message(2));
    room.read();
    room.say({
      type: "error",
      code: "rate_limited",
      message: "Slow.",
      retryAfter: 700,
    });
    bridge.connection.tick(699);
    expect(room.read()).toBeUndefined();
    bridge.connection.tick(700);
    expect(room.read()).toMatchObject({ type: "history", after: 0 });
  });

  test("events that the room no longer keeps are told as a gap", () => {
    const bridge = new FakeBridge();
    const room = bridge.join();
    room.say(message(9));
    room.say(page([message(8), message(9)]));
    const heard = bridge.heard();
    expect(heard[0]).toEqual(["gap", { room: "lobby" }, expect.any(String)]);
    expect(texts(heard)).toEqual(["text 8", "text 9"]);
  });

  test("an ack takes the place of one's own message, and its replay is dropped", () => {
    const bridge = new FakeBridge();
    const room = bridge.join();
    bridge.emit("new message", "mine");
    const { id } = room.read() ?? {};
    room.say({ type: "ack", id, seq: 1, at: 1 }, message(2));
    bridge.emit("new message", "lost");
    const lost = room.read()?.id;
    room.say(message(3, { user: "user-of-alice", id: lost }), message(4));
    expect(texts(bridge.heard())).toEqual(["text 2", "text 4"]);
  });

  test("another log in the room's place brings its newest page", () => {
    const bridge = new FakeBridge();
    const room = bridge.join();
    room.say({ type: "reset", epoch: "e2", seq: 7 });
    expect(room.read()).toEqual({ type: "history" });
    room.say({ ...page([message(7)]), epoch: "e2" }, message(8));
    const [history, next] = bridge.heard();
    expect(history?.slice(0, 2)).toEqual([
      "history",
      expect.objectContaining({ room: "lobby" }),
    ]);
    expect(next?.at(-1)).toBe("alice|0|1|lobby|e2|8");
  });
});

describe("recovery", () => {
  test("joins with the numbers in the offset, and lets the client in under the same pid", () => {
    const bridge = reconnect("alice|4|1|lobby|e1|17");
    const [room] = bridge.rooms;
    expect(room?.read()).toEqual({
      type: "join",
      username: "alice",
      token: "p".repeat(32),
      device: expect.any(String),
      since: 17,
      epoch: "e1",
      mailSince: 4,
      mailEpoch: 1,
    });
    expect(bridge.socket.received).toEqual([]);
    room?.welcome(
      { resumed: true, seq: 19, mail: 4 },
      message(18),
      message(19),
    );
    expect(bridge.letIn()).toEqual({
      sid: expect.any(String),
      pid: `${"p".repeat(32)}.0`,
    });
    expect(texts(bridge.heard())).toEqual(["text 18", "text 19"]);
  });

  test("waits for every room, and keeps what comes meanwhile", () => {
    const bridge = reconnect("alice|4|1|lobby|e1|1|hall|e1|5");
    const [lobby, hall] = bridge.rooms;
    lobby?.welcome({ resumed: true, seq: 2 }, message(2));
    expect(bridge.letIn()).toBeNull();
    hall?.welcome({ room: "hall", resumed: true, seq: 5 });
    lobby?.say(message(3));
    expect(bridge.letIn()).toHaveProperty("pid", `${"p".repeat(32)}.0`);
    expect(texts(bridge.heard())).toEqual(["text 2", "text 3"]);
  });

  test("fails under another pid where a room has a gap, and the newest page comes", () => {
    const bridge = reconnect("alice|4|1|lobby|e1|1");
    const [room] = bridge.rooms;
    room?.welcome({ gap: true, seq: 9 }, page([message(9)]));
    expect(bridge.letIn()).toHaveProperty("pid", `${"p".repeat(32)}.1`);
    const [joined, history] = bridge.heard();
    expect(joined?.[0]).toBe("joined");
    expect(history?.[0]).toBe("history");
  });

  test("goes on by another connection where a room is not there for a moment", () => {
    for (const fail of ["unavailable", "rate_limited", "room_full"]) {
      const bridge = reconnect("alice|4|1|lobby|e1|1");
      bridge.rooms[0]?.say({ type: "error", code: fail, message: "Later." });
      expect(bridge.letIn()).toBeNull();
      expect(bridge.hasEnded || bridge.socket.isClosed).toBe(true);
    }
    const bridge = reconnect("alice|4|1|lobby|e1|1");
    bridge.rooms[0]?.close(4002);
    expect(bridge.socket.isClosed).toBe(true);
  });

  test("a room that does not answer within 15 s ends the connection", () => {
    const bridge = reconnect("alice|4|1|lobby|e1|1");
    bridge.connection.tick(14_999);
    expect(bridge.socket.isClosed).toBe(false);
    bridge.connection.tick(15_000);
    expect(bridge.socket.isClosed).toBe(true);
  });

  test.for([
    "",
    "alice",
    "a b|1|1|lobby|e1|1",
    "alice|1|1|lobby|e1",
    "alice|1|1|no room|e1|1",
    "alice|1|1|lobby|e1|-1",
    "alice|1|1|lobby|e1|1|lobby|e1|2",
    `alice|1|1${"|lobby|e1|1".repeat(6)}`,
    `alice|1|1|${"x".repeat(3000)}|e1|1`,
  ])("a made-up offset %s joins nothing", (offset) => {
    const bridge = reconnect(offset);
    expect(bridge.rooms).toEqual([]);
    expect(bridge.letIn()).toHaveProperty("pid", `${"p".repeat(32)}.1`);
  });
});

describe("names", () => {
  test("a join under another name leaves the earlier rooms once it succeeds", () => {
    const bridge = new FakeBridge();
    const lobby = bridge.join("lobby");
    bridge.emit("join room", { roomname: "hall", username: "bob" });
    const hall = bridge.rooms[1];
    // The mail that was had is alice's.
    expect(hall?.read()).not.toHaveProperty("mailSince");
    hall?.say({ type: "error", code: "username_taken", message: "Taken." });
    expect(lobby.isClosed).toBe(false);
    bridge.emit("join room", { roomname: "hall", username: "carol" });
    bridge.rooms[2]?.welcome({ room: "hall", username: "carol", mailEpoch: 2 });
    expect(lobby.isClosed).toBe(true);
  });

  test("a name that the server spells otherwise is still the same user", () => {
    const bridge = new FakeBridge();
    bridge.say("0");
    bridge.emit("join room", { roomname: "lobby", username: "alice" });
    bridge.rooms[0]?.welcome({ username: "guest-alice" }, page([]));
    bridge.emit("join room", { roomname: "hall", username: "alice" });
    bridge.rooms[1]?.welcome({ room: "hall", username: "guest-alice" });
    expect(bridge.rooms[0]?.isClosed).toBe(false);
    bridge.emit("join room", { roomname: "lobby", username: "alice" });
    expect(bridge.rooms).toHaveLength(2);
  });
});

describe("a handover to another process", () => {
  test("keeps rooms, ids and what the client has not had, as plain data", () => {
    const before = new FakeBridge();
    const lobby = before.join("lobby");
    const hall = before.join("hall");
    lobby.say(message(1));
    before.heard();
    const state = before.connection.handOver();
    expect([lobby.isClosed, hall.isClosed]).toEqual([true, true]);
    const after = new FakeBridge({ state: structuredClone(state) });
    expect(after.rooms.map(({ name }) => name)).toEqual(["lobby", "hall"]);
    const [newLobby, newHall] = after.rooms;
    expect(newLobby?.read()).toMatchObject({
      since: 1,
      epoch: "e1",
      mailSince: 0,
    });
    newLobby?.welcome({ resumed: true, seq: 2 }, message(2));
    newHall?.welcome({ room: "hall", resumed: true });
    // The client was in before, so it gets no packet of a connect.
    expect(after.letIn()).toBeNull();
    expect(texts(after.heard())).toEqual(["text 2"]);
    after.emit("new message", "to the room that was joined last");
    newHall?.read();
    expect(newHall?.read()).toMatchObject({ type: "message" });
  });

  test("waits until every message has its answer", () => {
    const bridge = new FakeBridge();
    const room = bridge.join();
    bridge.emit("new message", "hello");
    expect(bridge.connection.handOver()).toBeNull();
    room.say({ type: "ack", id: room.read()?.id, seq: 1, at: 1 });
    expect(bridge.connection.handOver()).not.toBeNull();
  });
});

describe("bounds", () => {
  test("256 messages may wait for their answer", () => {
    const bridge = new FakeBridge();
    bridge.join();
    for (let n = 0; n < 257; n++) bridge.say(`2${n}["new message","text"]`);
    const answers = bridge.socket.received.filter((one) =>
      String(one).startsWith("43"),
    );
    expect(answers).toEqual([
      '43256[{"message":"Too many requests in a short time.","error":"rate_limited"}]',
    ]);
  });

  test("joins and leaves in a row open ten connections, then wait", () => {
    const bridge = new FakeBridge();
    bridge.say("0");
    for (let n = 0; n < 30; n++) {
      bridge.emit("join room", { roomname: "lobby", username: `alice${n}` });
      bridge.rooms.at(-1)?.welcome({ username: `alice${n}` });
    }
    expect(bridge.rooms).toHaveLength(10);
  });

  test("namespaces in a row open ten rooms, then the client is cut off", () => {
    const bridge = new FakeBridge();
    for (let n = 0; n < 120; n++) {
      bridge.say(`0/lobby,{"username":"alice"}`);
      bridge.say("1/lobby,");
    }
    expect(bridge.rooms).toHaveLength(10);
    expect(bridge.socket.isClosed).toBe(true);
  });

  test("a recovery of more than five rooms in all joins nothing", () => {
    const bridge = new FakeBridge();
    const rooms = ["a", "b", "c"].map((room) => `|${room}|e1|1`).join("");
    const auth = { pid: `${"p".repeat(32)}.0`, offset: `alice|1|1${rooms}` };
    bridge.say(`0/one,${JSON.stringify(auth)}`);
    bridge.say(`0/two,${JSON.stringify(auth)}`);
    expect(bridge.rooms.map(({ name }) => name)).toEqual(["a", "b", "c"]);
  });

  test("a client comes back after as many messages as its host allows", () => {
    const bridge = new FakeBridge({ framesMax: 50 });
    const room = bridge.join();
    for (let n = 1; n < 60; n++) room.say(message(n));
    expect(bridge.socket.isClosed).toBe(false);
    bridge.connection.tick(0);
    expect(bridge.socket.isClosed).toBe(true);
  });

  test("a room sees the pings of a client that answers ours", () => {
    const bridge = new FakeBridge();
    const room = bridge.join();
    bridge.connection.tick(25_000);
    bridge.socket.say("3");
    expect(room.received).toContainEqual({ type: "ping" });
  });

  test("without pings, a client's own timer is set to 24.8 days", () => {
    const bridge = new FakeBridge({ settings: { SOCKETIO_PING_SECONDS: 0 } });
    const opened = JSON.parse(bridge.connection.engine.openBody().slice(1));
    expect(opened).toMatchObject({
      pingInterval: 2_147_000_000,
      pingTimeout: 400_000,
    });
    expect(opened.pingInterval + opened.pingTimeout).toBeLessThanOrEqual(
      2 ** 31 - 1,
    );
    bridge.join();
    bridge.connection.tick(1e9);
    expect(bridge.socket.received).toEqual([]);
    expect(bridge.socket.isClosed).toBe(false);
  });
});

test("the names of events come from the settings", () => {
  const settings = { SOCKETIO_EVENTS: "join: enter, message: chat message" };
  const bridge = new FakeBridge({ settings });
  bridge.say("0");
  bridge.emit("enter", "lobby", "alice");
  const [room] = bridge.rooms;
  room?.read();
  room?.welcome();
  bridge.emit("chat message", "hello");
  expect(room?.read()).toMatchObject({ type: "message", text: "hello" });
  room?.say(message(1));
  expect(bridge.heard().at(-1)?.[0]).toBe("chat message");
});

test.for(["join", "dance: party", "join: a:b", "join: ,message: x", "join:  "])(
  "the names of events %s are refused at the start",
  (names) => {
    expect(() => readSettings({ SOCKETIO_EVENTS: names })).toThrow(
      "SOCKETIO_EVENTS",
    );
  },
);
