// How often a room may fan out: at once after a pause, less often when busy.
import { describe, expect, test } from "vitest";
import { FlushPacer, FRAME_COST } from "../../../src/core/room/flush-pacer.ts";

/** Flushes made in a second in which a message comes each `every` ms. */
function flushes(sockets: number, every: number, ceiling = 100): number {
  const pace = new FlushPacer(FRAME_COST);
  let [flushed, waiting, at] = [0, 0, Number.POSITIVE_INFINITY];
  // Past what was saved up, then one second that counts.
  for (let now = 0; now < 11_000; now++) {
    if (now % every === 0) {
      waiting++;
      at = Math.min(at, now + pace.wait(now, ceiling));
    }
    if (now < at) continue;
    pace.spend(sockets, waiting, now);
    if (now >= 10_000) flushed++;
    [waiting, at] = [0, Number.POSITIVE_INFINITY];
  }
  return flushed;
}

describe("a message leaves", () => {
  test("at once in a quiet room", () => {
    const pace = new FlushPacer(FRAME_COST);
    expect(pace.wait(0, 100)).toBe(0);
    pace.spend(200, 1, 0);
    expect(pace.wait(1000, 100)).toBe(0);
  });

  test("at once in a big room after a pause", () => {
    const pace = new FlushPacer(FRAME_COST);
    for (let i = 0; i < 100; i++) pace.spend(10_000, 1, 0);
    expect(pace.wait(0, 100)).toBeGreaterThan(0);
    expect(pace.wait(1_000_000, 100)).toBe(0);
  });

  test("within the ceiling, however busy the room is", () => {
    const pace = new FlushPacer(FRAME_COST);
    for (let i = 0; i < 1000; i++) pace.spend(10_000, 1000, 0);
    expect(pace.wait(0, 100)).toBe(100);
    expect(pace.wait(0, 7)).toBe(7);
    expect(pace.wait(0, 0)).toBe(0);
  });

  test("at once again as soon as it was told", () => {
    const pace = new FlushPacer(FRAME_COST);
    for (let i = 0; i < 40; i++) pace.spend(200, 1, 0);
    const wait = pace.wait(0, 1000);
    expect(wait).toBeGreaterThan(0);
    expect(pace.wait(wait, 1000)).toBe(0);
  });
});

test("each message of a small room is its own flush", () => {
  expect(flushes(5, 10)).toBe(100);
});

test("200 members at 100 messages a second share flushes of some 40 ms", () => {
  const flushed = flushes(200, 10);
  expect(flushed).toBeGreaterThan(15);
  expect(flushed).toBeLessThan(40);
});

test("the biggest rooms flush once each ceiling", () => {
  expect(flushes(10_000, 1)).toBeLessThanOrEqual(10);
});

test("a clock that goes back holds nothing up for longer than the ceiling", () => {
  const pace = new FlushPacer(FRAME_COST);
  for (let i = 0; i < 100; i++) pace.spend(200, 1, 1_000_000);
  expect(pace.wait(500_000, 100)).toBe(100);
  expect(pace.wait(510_000, 100)).toBe(0);
});
