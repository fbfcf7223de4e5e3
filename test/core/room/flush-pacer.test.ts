// Flush pacer tests: a room flushes at once after a pause, and less often when it is busy.
import { describe, expect, test } from "vitest";
import {
  type CostModel,
  FrameCost,
} from "../../../src/core/room/flush-cost.ts";
import { FlushPacer } from "../../../src/core/room/flush-pacer.ts";

const FRAME_COST: CostModel = new FrameCost();

/** Counts the flushes of one second in which a message comes each `every` ms. */
function flushes(sockets: number, every: number, ceiling = 100): number {
  const pacer = new FlushPacer(FRAME_COST);
  let [flushed, waiting, at] = [0, 0, Number.POSITIVE_INFINITY];
  // The first ten seconds use up the saved budget, the next one counts.
  for (let now = 0; now < 11_000; now++) {
    if (now % every === 0) {
      waiting++;
      at = Math.min(at, now + pacer.wait(now, ceiling));
    }
    if (now < at) continue;
    pacer.spend(sockets, waiting, now);
    if (now >= 10_000) flushed++;
    [waiting, at] = [0, Number.POSITIVE_INFINITY];
  }
  return flushed;
}

describe("the time until a flush", () => {
  test("a user's message in a quiet room is sent at once", () => {
    const pacer = new FlushPacer(FRAME_COST);
    expect(pacer.wait(0, 100)).toBe(0);
    pacer.spend(200, 1, 0);
    expect(pacer.wait(1000, 100)).toBe(0);
  });

  test("a user's message in a large room is sent at once after a pause", () => {
    const pacer = new FlushPacer(FRAME_COST);
    for (let i = 0; i < 100; i++) pacer.spend(10_000, 1, 0);
    expect(pacer.wait(0, 100)).toBeGreaterThan(0);
    expect(pacer.wait(1_000_000, 100)).toBe(0);
  });

  test("a user's message waits at most for the ceiling, in rooms of any size", () => {
    const pacer = new FlushPacer(FRAME_COST);
    for (let i = 0; i < 1000; i++) pacer.spend(10_000, 1000, 0);
    expect(pacer.wait(0, 100)).toBe(100);
    expect(pacer.wait(0, 7)).toBe(7);
    expect(pacer.wait(0, 0)).toBe(0);
  });

  test("a user's message is sent at once when the computed wait is over", () => {
    const pacer = new FlushPacer(FRAME_COST);
    for (let i = 0; i < 40; i++) pacer.spend(200, 1, 0);
    const wait = pacer.wait(0, 1000);
    expect(wait).toBeGreaterThan(0);
    expect(pacer.wait(wait, 1000)).toBe(0);
  });
});

test("a user's message in a small room has a flush of its own", () => {
  expect(flushes(5, 10)).toBe(100);
});

test("200 users with 100 messages a second share a flush each 40 ms or so", () => {
  const flushed = flushes(200, 10);
  expect(flushed).toBeGreaterThan(15);
  expect(flushed).toBeLessThan(40);
});

test("users of the largest rooms get one flush for each ceiling", () => {
  expect(flushes(10_000, 1)).toBeLessThanOrEqual(10);
});

test("a user's message waits at most for the ceiling after the clock was set back", () => {
  const pacer = new FlushPacer(FRAME_COST);
  for (let i = 0; i < 100; i++) pacer.spend(200, 1, 1_000_000);
  expect(pacer.wait(500_000, 100)).toBeLessThanOrEqual(100);
  expect(pacer.wait(510_000, 100)).toBe(0);
});

describe("with 200 users, where a frame to each takes 25 us,", () => {
  const costs: CostModel = {
    ...{ each: 0.025, item: 0.0002 },
    share: new FrameCost().share,
  };

  /** Returns how long each message waits, after the saved budget is used up. */
  function waits(everyMs: number): { waits: number[]; perSecond: number } {
    const pacer = new FlushPacer(costs);
    const [found, waiting]: number[][] = [[], []];
    let [flushed, at] = [0, Number.POSITIVE_INFINITY];
    for (let now = 0; now < 12_000; now++) {
      if (now % everyMs === 0) {
        waiting?.push(now);
        at = Math.min(at, now + pacer.wait(now, 100));
      }
      if (now < at) continue;
      pacer.spend(200, waiting?.length ?? 0, now);
      const done = waiting?.splice(0) ?? [];
      if (now >= 2000) {
        found?.push(...done.map((since) => now - since));
        flushed++;
      }
      at = Number.POSITIVE_INFINITY;
    }
    return {
      waits: found?.toSorted((a, b) => a - b) ?? [],
      perSecond: flushed / 10,
    };
  }

  const at = (sorted: readonly number[], quantile: number) =>
    sorted[Math.floor(sorted.length * quantile)];

  test("a user's message waits for nothing at 20 a second", () => {
    expect(at(waits(50).waits, 0.99)).toBe(0);
  });

  test("users' messages wait 10 ms at 100 a second, and share a flush each 30 ms or so", () => {
    const { waits: sorted, perSecond } = waits(10);
    expect(at(sorted, 0.5)).toBeLessThanOrEqual(10);
    expect(at(sorted, 0.99)).toBeLessThanOrEqual(30);
    expect(perSecond).toBeLessThanOrEqual(40);
  });

  test("users' messages wait 10 ms at 500 a second, and share a flush each 20 ms or so", () => {
    const { waits: sorted, perSecond } = waits(2);
    expect(at(sorted, 0.5)).toBeLessThanOrEqual(11);
    expect(at(sorted, 0.99)).toBeLessThanOrEqual(25);
    expect(perSecond).toBeLessThanOrEqual(50);
  });
});

test("a user's message does not wait just before the end, when the next one comes after it", () => {
  const pacer = new FlushPacer({ each: 10, item: 0, share: () => 0.5 });
  let now = 0;
  for (; pacer.wait(now, 100) === 0; now += 10) pacer.spend(1, 1, now);
  // Messages come each 10 ms, so none is expected in the last 5 ms.
  for (now -= 10; pacer.wait(now, 100) > 5; now++);
  expect(pacer.wait(now, 100)).toBe(0);
});
