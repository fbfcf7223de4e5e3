// Message pacer tests: a room flushes at once after a pause, and users' messages wait for each other when it is busy.
import { describe, expect, test } from "vitest";
import {
  type CostModel,
  FrameCost,
} from "../../../src/core/room/flush-cost.ts";
import { MessagePacer } from "../../../src/core/room/message-pacer.ts";

const CEILING_MS = 100;

/** Frames to 200 users cost this much each, in ms. */
function costs(each: number): CostModel {
  const { share } = new FrameCost();
  return { each, item: 0.0002, share };
}

interface Played {
  /** How long each message waited, ascending, ms. */
  readonly waits: readonly number[];
  /** How many messages each flush had, in order. */
  readonly groups: readonly number[];
  /** The times between two flushes, in order, ms. */
  readonly windows: readonly number[];
}

/** Sends messages at these times; what is flushed before `from` does not count. */
function play(
  pacer: MessagePacer,
  times: readonly number[],
  { sockets = 200, from = 2000 } = {},
): Played {
  const [waits, groups, windows]: number[][] = [[], [], []];
  let waiting: number[] = [];
  let [at, flushedAt] = [Number.POSITIVE_INFINITY, 0];
  const flush = (now: number) => {
    pacer.spend(sockets, waiting.length, waiting.length, now);
    if (now >= from) {
      waits?.push(...waiting.map((since) => now - since));
      groups?.push(waiting.length);
      windows?.push(now - flushedAt);
    }
    [waiting, at, flushedAt] = [[], Number.POSITIVE_INFINITY, now];
  };
  for (const now of times) {
    if (at < now) flush(at);
    waiting.push(now);
    const [since = now] = waiting;
    const count = waiting.length;
    const wait = pacer.wait({ count, since }, now, CEILING_MS);
    at = Math.min(at, now + wait);
    if (at <= now) flush(now);
  }
  if (waiting.length > 0) flush(at);
  return {
    waits: waits?.toSorted((a, b) => a - b) ?? [],
    groups: groups ?? [],
    windows: windows ?? [],
  };
}

/** One message each so many ms, for a time in ms. */
function every(ms: number, length = 12_000): number[] {
  return Array.from({ length: length / ms }, (_, i) => Math.floor(i * ms));
}

/** Times at random, so many a second on average, always the same ones. */
function random(perSecond: number, length = 30_000): number[] {
  const times: number[] = [];
  let state = 1;
  for (let at = 0; at < length; ) {
    state = (state * 48271) % 2147483647;
    at -= (Math.log(state / 2147483647) * 1000) / perSecond;
    times.push(Math.floor(at));
  }
  return times;
}

const at = (sorted: readonly number[], quantile: number) =>
  sorted[Math.floor(sorted.length * quantile)];

function perSecond({ windows }: Played): number {
  return (1000 * windows.length) / windows.reduce((sum, ms) => sum + ms, 0);
}

describe("the time until a flush", () => {
  const one = (since: number) => ({ count: 1, since });

  test("a user's message in a quiet room is sent at once", () => {
    const pacer = new MessagePacer(costs(0.025));
    expect(pacer.wait(one(0), 0, CEILING_MS)).toBe(0);
    pacer.spend(200, 1, 1, 0);
    expect(pacer.wait(one(1000), 1000, CEILING_MS)).toBe(0);
  });

  test("a user's message in a large room is sent at once after a pause", () => {
    const pacer = new MessagePacer(costs(0.025));
    for (let i = 0; i < 100; i++) pacer.spend(10_000, 1, 1, 0);
    expect(pacer.wait(one(0), 0, CEILING_MS)).toBeGreaterThan(0);
    expect(pacer.wait(one(1_000_000), 1_000_000, CEILING_MS)).toBe(0);
  });

  test("a user's message waits at most for the ceiling, in rooms of any size", () => {
    const pacer = new MessagePacer(costs(0.025));
    for (let i = 0; i < 1000; i++) pacer.spend(10_000, 1000, 1000, 0);
    expect(pacer.wait(one(0), 0, 100)).toBe(100);
    expect(pacer.wait(one(0), 0, 7)).toBe(7);
    expect(pacer.wait(one(0), 0, 0)).toBe(0);
  });

  test("a user's message waits at most for the ceiling after the clock was set back", () => {
    const pacer = new MessagePacer(costs(0.025));
    for (let i = 0; i < 100; i++) pacer.spend(200, 1, 1, 1_000_000);
    const now = 500_000;
    expect(pacer.wait(one(now), now, CEILING_MS)).toBeLessThanOrEqual(100);
    expect(pacer.wait(one(now), now + 10_000, CEILING_MS)).toBe(0);
  });

  test("users who join or leave wait for the budget alone", () => {
    const pacer = new MessagePacer(costs(0.025));
    expect(pacer.waitForPresence(0, CEILING_MS)).toBe(0);
    for (let i = 0; i < 100; i++) pacer.spend(200, 1, 1, 0);
    const wait = pacer.waitForPresence(0, CEILING_MS);
    expect(wait).toBeGreaterThan(0);
    expect(pacer.waitForPresence(wait, CEILING_MS)).toBe(0);
  });
});

test("a user's message in a small room has a flush of its own", () => {
  const { waits } = play(new MessagePacer(costs(0.04)), every(10), {
    sockets: 5,
  });
  expect(at(waits, 0.999)).toBe(0);
});

test("users of the largest rooms get one flush for each ceiling", () => {
  const played = play(new MessagePacer(costs(0.04)), every(1), {
    sockets: 10_000,
  });
  expect(perSecond(played)).toBeLessThanOrEqual(10.1);
});

describe("with 200 users, where a frame to each takes 25 us,", () => {
  const played = (times: readonly number[]) =>
    play(new MessagePacer(costs(0.025)), times);

  test("a user's message waits for nothing at 20 a second", () => {
    expect(at(played(every(50)).waits, 0.99)).toBe(0);
  });

  test("users' messages wait 10 ms at 100 a second, and share a flush each 30 ms", () => {
    const { waits, ...rest } = played(every(10));
    expect(at(waits, 0.5)).toBeLessThanOrEqual(10);
    expect(at(waits, 0.99)).toBeLessThanOrEqual(20);
    expect(perSecond({ waits, ...rest })).toBeLessThanOrEqual(40);
  });

  test("users' messages wait 10 ms at 500 a second, and share a flush each 20 ms or so", () => {
    const { waits, ...rest } = played(every(2));
    expect(at(waits, 0.5)).toBeLessThanOrEqual(11);
    expect(at(waits, 0.99)).toBeLessThanOrEqual(25);
    expect(perSecond({ waits, ...rest })).toBeLessThanOrEqual(50);
  });

  test("half of the users whose messages come at random wait less than half a window", () => {
    const { waits, ...rest } = played(random(100));
    expect(at(waits, 0.5)).toBeLessThanOrEqual(12);
    expect(at(waits, 0.99)).toBeLessThanOrEqual(35);
    expect(perSecond({ waits, ...rest })).toBeLessThanOrEqual(40);
  });
});

test("no user waits for a fourth message where three at a time are enough", () => {
  // A window of 33 ms, and a message each 10 ms.
  const model: CostModel = { each: 0.033, item: 0, share: () => 0.2 };
  const { groups } = play(new MessagePacer(model), every(10));
  expect(new Set(groups.slice(0, -1))).toEqual(new Set([3]));
});

test("users wait no longer for a message that does not come", () => {
  const model: CostModel = { each: 0.033, item: 0, share: () => 0.2 };
  const pacer = new MessagePacer(model);
  const [last = 0] = every(10).slice(-1);
  play(pacer, every(10));
  const now = last + 35;
  const wait = pacer.wait({ count: 1, since: now }, now, CEILING_MS);
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(30);
});

test("users of a room that gets messages in bursts wait less than for the ceiling", () => {
  const times = every(200).flatMap((start) =>
    [0, 1, 2, 3, 4].map((ms) => start + ms),
  );
  const { waits } = play(new MessagePacer(costs(0.025)), times);
  expect(at(waits, 0.2)).toBe(0);
  expect(at(waits, 1 - 1e-9)).toBeLessThanOrEqual(40);
});

test("a room spends at most a third more than its budget, however users' messages come", () => {
  const model: CostModel = { each: 0.03, item: 0, share: () => 0.2 };
  for (const ms of [1, 3, 7, 11, 17, 23, 29, 31, 37, 41]) {
    const { windows } = play(new MessagePacer(model), every(ms));
    const mean = windows.reduce((sum, one) => sum + one, 0) / windows.length;
    expect(mean).toBeGreaterThanOrEqual(0.75 * 30 - 1);
  }
});
