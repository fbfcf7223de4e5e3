// Event pause tests: a busy room sends few webhooks with many events, and a quiet one sends each event at once.
import { expect, test } from "vitest";
import { rangeOf } from "../support/event-world.ts";
import {
  startedWithWebhooks,
  URL_ONE,
  URL_TWO,
} from "../support/webhook-world.ts";

/** A room whose webhook answers at once. */
function startedWithWebhook(settings = {}) {
  const scene = startedWithWebhooks({ WEBHOOK_URL: [URL_ONE], ...settings });
  const { world, alice, one } = scene;
  /** Says so many messages, and lets the room flush. */
  const say = (count: number) => {
    for (let i = 0; i < count; i++)
      alice.send({ type: "message", text: "hello" });
    world.settle();
    world.pass(50);
  };
  const ranges = () => one.batches.map(rangeOf);
  return { ...scene, say, ranges };
}

test("a webhook gets the events of a busy room four times a second", () => {
  const { world, say, ranges } = startedWithWebhook();
  for (let i = 0; i < 20; i++) say(2);
  world.pass(1000);
  const sent = ranges();
  expect(sent.length).toBeGreaterThanOrEqual(4);
  expect(sent.length).toBeLessThanOrEqual(6);
  expect(sent[0]?.[0]).toBe(1);
  expect(sent.at(-1)?.[1]).toBe(40);
});

test("a webhook gets the event of a quiet room at once", () => {
  const { world, say, ranges } = startedWithWebhook();
  say(1);
  expect(ranges()).toEqual([[1, 1]]);
  world.pass(250);
  say(1);
  expect(ranges()).toEqual([
    [1, 1],
    [2, 2],
  ]);
});

test("a hundred events do not wait, nor does half of a short history", () => {
  const { say, ranges } = startedWithWebhook();
  say(1);
  say(99);
  expect(ranges()).toEqual([[1, 1]]);
  say(1);
  expect(ranges()).toEqual([
    [1, 1],
    [2, 101],
  ]);
  const short = startedWithWebhook({ ROOM_HISTORY: 20 });
  short.say(1);
  short.say(10);
  expect(short.ranges()).toEqual([
    [1, 1],
    [2, 11],
  ]);
});

test("as many bytes as a batch has do not wait", () => {
  const { world, alice, say, ranges } = startedWithWebhook({
    ...{ FRAME_MAX: 1_000_000, TEXT_MAX: 20_000 },
  });
  say(1);
  const sayLong = (text: string) => {
    alice.send({ type: "message", text });
    world.settle();
    world.pass(10);
  };
  for (let i = 0; i < 4; i++) sayLong("x".repeat(15_000));
  expect(ranges()).toEqual([[1, 1]]);
  sayLong("x".repeat(15_000));
  expect(ranges()).toEqual([
    [1, 1],
    [2, 5],
  ]);
  // Bytes, not characters.
  const wide = startedWithWebhook({
    FRAME_MAX: 1_000_000,
    TEXT_MAX: 20_000,
  });
  wide.say(1);
  for (let i = 0; i < 3; i++) {
    wide.alice.send({ type: "message", text: "字".repeat(10_000) });
    wide.world.settle();
    wide.world.pass(10);
  }
  expect(wide.ranges().at(-1)).toEqual([2, 3]);
});

test("an edit while events wait does not end the wait", () => {
  const { alice, world, say, ranges } = startedWithWebhook();
  say(1);
  say(1);
  alice.send({ type: "edit", of: 2, text: "hi" });
  world.settle();
  world.pass(50);
  expect(ranges()).toEqual([[1, 1]]);
  world.pass(250);
  expect(ranges().at(-1)).toEqual([2, 3]);
});

test("a webhook gets what waits although everybody leaves or the clock goes back", () => {
  const { world, alice, say, ranges } = startedWithWebhook();
  say(1);
  say(1);
  alice.close();
  world.pass(300);
  expect(ranges().at(-1)).toEqual([2, 2]);
  const other = startedWithWebhook();
  other.say(1);
  other.world.setClockBack(60_000);
  other.say(1);
  expect(other.ranges().at(-1)).toEqual([2, 2]);
});

test("a webhook gets what waits although the server crashes", () => {
  const { world, lobby, say, ranges } = startedWithWebhook();
  say(1);
  say(1);
  expect(ranges()).toEqual([[1, 1]]);
  world.crash(lobby);
  world.pass(61_000);
  expect(ranges().at(-1)?.[1]).toBe(2);
});

test("each of two webhooks gets what waits", () => {
  const { world, say, one, two } = startedWithWebhook({
    WEBHOOK_URL: [URL_ONE, URL_TWO],
  });
  say(5);
  world.pass(250);
  for (const { batches } of [one, two])
    expect(batches.map(rangeOf)).toEqual([
      [1, 1],
      [2, 5],
    ]);
});
