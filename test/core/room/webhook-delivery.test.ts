// Webhook delivery tests: each webhook gets a room's events by the schedule of Standard Webhooks, over sleeps and crashes.
import { describe, expect, test } from "vitest";
import { DONE, FAILED, MINUTE, rangeOf } from "../support/event-world.ts";
import { startedWithWebhooks } from "../support/webhook-world.ts";

const HOUR = 60 * MINUTE;
const GONE = { type: "endpoint-gone" } as const;

/** Gaps between times, in minutes, rounded down. */
const waitsOf = (times: readonly number[]) =>
  times.slice(1).map((at, i) => (at - (times[i] ?? 0)) / MINUTE);

test("a webhook that fails does not hold up another one", () => {
  const { say, one, two } = startedWithWebhooks();
  one.answers.push(FAILED);
  say(2);
  say(1);
  expect(two.batches.flatMap(rangeOf).at(-1)).toBe(3);
  expect(one.batches).toHaveLength(1);
});

test("rooms that WEBHOOK_ROOMS does not name cost no table, row or alarm", () => {
  const { lobby, say, one } = startedWithWebhooks({
    WEBHOOK_ROOMS: ["team-*"],
  });
  say(3);
  expect(one.batches).toEqual([]);
  expect(lobby.database.tables).not.toHaveProperty("event_cursor");
  expect(lobby.alarm).toBeNull();
});

describe("a webhook that fails", () => {
  test("gets the same events after 5 seconds, 5 and 30 minutes, 2, 5, 10, 14, 20 and 24 hours, and up to a tenth more", () => {
    const { world, say, one } = startedWithWebhooks();
    one.rest = FAILED;
    say(1);
    say(1);
    world.pass(90 * HOUR);
    const expected = [
      5 / 60,
      5,
      30,
      ...[2, 5, 10, 14, 20, 24].map((h) => h * 60),
    ];
    const waits = waitsOf(one.times);
    expected.forEach((minutes, i) => {
      expect(waits[i]).toBeGreaterThanOrEqual(minutes);
      expect(waits[i]).toBeLessThanOrEqual(minutes * 1.1 + 0.1);
    });
    expect(one.batches.slice(0, 10).map(rangeOf)).toEqual(
      Array.from({ length: 10 }, () => [1, 1]),
    );
  });

  test("is told of a gap after 75 hours, and then gets what is new", () => {
    const { world, say, one, two } = startedWithWebhooks();
    one.rest = FAILED;
    say(2);
    world.pass(85 * HOUR);
    say(1);
    one.rest = DONE;
    world.pass(27 * HOUR);
    say(1);
    expect(one.batches.at(-2)).toMatchObject({
      ...{ from: 1, to: 3, lines: [], gapAfter: { seq: 0 } },
    });
    expect(one.batches.at(-1)).toMatchObject({ from: 4, to: 4 });
    expect(one.batches.at(-1)).not.toHaveProperty("gapAfter");
    expect(two.batches.flatMap(rangeOf).at(-1)).toBe(4);
    expect(world.logs).toContainEqual(
      expect.objectContaining({ event: "events given up" }),
    );
  });

  test("may ask for more time, at most a day", () => {
    const { world, say, one } = startedWithWebhooks();
    one.answers.push({ ...FAILED, retryAfter: 10 * MINUTE });
    one.answers.push({ ...FAILED, retryAfter: 1000 * HOUR });
    say(1);
    world.pass(60 * HOUR);
    const [first = 0, second = 0] = waitsOf(one.times);
    expect(first).toBeGreaterThanOrEqual(10);
    expect(first).toBeLessThan(12);
    expect(second).toBeGreaterThanOrEqual(24 * 60);
    expect(second).toBeLessThan(27 * 60);
  });

  test("is asked again at the same time over a sleep and a crash, with the same events", () => {
    const { world, lobby, say, one } = startedWithWebhooks();
    one.answers.push(FAILED, FAILED, FAILED);
    say(2);
    world.pass(10_000);
    say(3);
    world.hibernate(lobby);
    world.pass(6 * MINUTE);
    expect(one.batches).toHaveLength(3);
    world.crash(lobby);
    world.pass(HOUR);
    expect(one.batches.slice(0, 4).map(rangeOf)).toEqual(
      Array.from({ length: 4 }, () => [1, one.batches[0]?.to]),
    );
    const [, second, third] = waitsOf(one.times);
    expect(second).toBeLessThanOrEqual(5.6);
    expect(third).toBeGreaterThanOrEqual(30);
    expect(third).toBeLessThanOrEqual(33.1);
    expect(one.batches.at(-1)?.to).toBe(5);
    expect(lobby.database.tables.delivery_failure).toEqual([]);
  });

  test("costs a row only where it fails again", () => {
    const { world, lobby, say, one } = startedWithWebhooks();
    one.answers.push(FAILED);
    say(1);
    world.pass(MINUTE);
    expect(lobby.database.tables).not.toHaveProperty("delivery_failure");
    one.answers.push(FAILED, FAILED);
    say(1);
    world.pass(MINUTE);
    expect(lobby.database.tables.delivery_failure).toHaveLength(1);
  });
});

describe("a webhook that is gone", () => {
  test("gets nothing any more, also after a sleep, and costs no alarm", () => {
    const { world, lobby, say, one, two } = startedWithWebhooks();
    one.answers.push(GONE);
    say(1);
    world.hibernate(lobby);
    world.pass(10 * MINUTE);
    world.hibernate(lobby);
    say(1);
    world.pass(2 * MINUTE);
    world.crash(lobby);
    world.pass(HOUR);
    expect(one.batches).toHaveLength(1);
    expect(two.batches.at(-1)?.to).toBe(2);
    expect(lobby.alarm ?? 0).toBeLessThanOrEqual(world.now);
  });
});
