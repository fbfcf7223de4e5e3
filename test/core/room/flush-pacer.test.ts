// Flush pacer tests: a room flushes at once after a pause, and less often when it is busy.
import { describe, expect, test } from "vitest";
import { FlushPacer, FRAME_COST } from "../../../src/core/room/flush-pacer.ts";

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
  expect(pacer.wait(500_000, 100)).toBe(100);
  expect(pacer.wait(510_000, 100)).toBe(0);
});
