// Early requests: a client asks a room before the room has let it in, and gets the answer after the join.
import { expect, test } from "vitest";
import { FakeBridge, message } from "./support/fake-rooms.ts";

test("a client that asks for a page before the room has let it in gets the page of its join first, and then the answer", () => {
  const bridge = new FakeBridge();
  bridge.say("0");
  bridge.emit("join room", { roomname: "lobby", username: "alice" });
  bridge.say('27["history",{"before":2}]');
  const [room] = bridge.rooms;
  expect(room?.read()).toMatchObject({ type: "join" });
  expect(room?.read()).toBeUndefined();
  room?.welcome({ seq: 1 });
  expect(room?.read()).toBeUndefined();
  const page = { type: "history", epoch: "e1", more: false };
  room?.say({ ...page, messages: [message(1)] });
  expect(room?.read()).toEqual({ type: "history", before: 2 });
  room?.say({ ...page, messages: [] });
  expect(bridge.socket.received.at(-1)).toBe(
    '437[{"epoch":"e1","more":false,"messages":[]}]',
  );
});

test("a client that asks before the join is told that nobody answers if the room refuses the join", () => {
  const bridge = new FakeBridge();
  bridge.say("0");
  bridge.emit("join room", { roomname: "lobby", username: "alice" });
  bridge.say('27["members"]');
  bridge.rooms[0]?.close(4003);
  expect(
    bridge.socket.received.some((one) => String(one).startsWith("437[")),
  ).toBe(true);
});
