// Event kinds: a kind that a later release adds to the table of events reaches Socket.IO clients without code of its own.
import { afterAll, expect, test, vi } from "vitest";

// One more row in the table, of which modules of other files know nothing.
vi.resetModules();
vi.doMock(import("../../src/protocol/events.ts"), async (original) => {
  const events = await original();
  return {
    ...events,
    isEventType: (type): type is "message" =>
      type === "translated" || events.isEventType(type),
  };
});
afterAll(() => {
  vi.doUnmock(import("../../src/protocol/events.ts"));
  vi.resetModules();
});

const { FakeBridge, message, page } = await import("./support/fake-rooms.ts");

const translated = {
  ...{ type: "translated", seq: 2, room: "lobby", user: "user-of-bob" },
  ...{ username: "bob", at: 2, of: 1, text: "corrected" },
};

test("a new kind of bob's comes under the name of its kind, with its fields, live and on a page", () => {
  const bridge = new FakeBridge();
  const room = bridge.join();
  room.say(
    message(1),
    translated,
    { ...translated, type: "unknown", seq: 3 },
    message(4),
  );
  const { type: _, ...fields } = translated;
  const [first, second, third, ...more] = bridge.heard();
  expect([first?.[0], third?.[0], more]).toEqual([
    "new message",
    "new message",
    [],
  ]);
  expect(second).toEqual(["translated", fields, expect.stringMatching(/\|2$/)]);
  room.say({ type: "reset", epoch: "e1", seq: 4 }, page([translated]));
  const [history] = bridge.heard();
  expect(history?.[1]).toMatchObject({ messages: [translated] });
});
