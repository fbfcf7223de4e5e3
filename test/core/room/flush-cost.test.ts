// Flush cost tests: a room learns the cost of a frame to a user's socket, within limits, and forgets outliers.
import { describe, expect, test } from "vitest";
import { FrameCost } from "../../../src/core/room/flush-cost.ts";

/** Learns from flushes to 200 users that take so many ms each, one a second. */
function learned(...took: readonly number[]): number {
  const cost = new FrameCost();
  took.forEach((ms, i) => {
    if (cost.measure(200, 1, 1000 * i)) cost.loopIsFree(1000 * i + ms);
  });
  return cost.each;
}

const initial = learned();

test("a frame to a user costs less on a fast machine, and more on a loaded one", () => {
  expect(learned(4, 4, 4, 4, 4)).toBeCloseTo(0.02, 3);
  expect(learned(20, 20, 20, 20, 20)).toBeCloseTo(0.1, 3);
});

test("a frame to a user costs what the last flushes cost, once the load has changed", () => {
  const fast = [4, 4, 4, 4, 4];
  expect(learned(...fast, 20, 20, 20)).toBeCloseTo(0.1, 3);
  expect(learned(...fast, 20, 20, 20, 4, 4, 4)).toBeCloseTo(0.02, 3);
});

test("a user's frame costs no more after one or two slow flushes", () => {
  expect(learned(900)).toBe(initial);
  expect(learned(4, 4, 4, 4, 4, 900, 900)).toBeCloseTo(0.02, 3);
});

describe("the estimate has limits, so that users always get their messages, if", () => {
  test("the clock stands still", () => {
    const each = learned(0, 0, 0, 0, 0);
    expect(each).toBeGreaterThan(0);
    expect(each).toBeLessThan(initial);
  });

  test("all flushes are slow", () => {
    const each = learned(999, 999, 999, 999, 999);
    expect(each).toBeGreaterThan(initial);
    expect(each).toBeLessThan(1);
  });

  test("the clock jumps", () => {
    expect(learned(1e9, -1e9, 1e9, -1e9, 1e9)).toBe(initial);
  });
});

describe("a flush is not measured if", () => {
  test("few users get it", () => {
    expect(new FrameCost().measure(20, 1, 0)).toBe(false);
  });

  test("users only join or leave", () => {
    expect(new FrameCost().measure(200, 0, 0)).toBe(false);
  });

  test("users got a measured one just before", () => {
    const cost = new FrameCost();
    let measured = 0;
    for (let now = 0; now < 1000; now += 10)
      if (cost.measure(200, 1, now)) {
        measured++;
        cost.loopIsFree(now + 4);
      }
    expect(measured).toBeLessThan(10);
    expect(measured).toBeGreaterThan(4);
  });
});

test("a flush that is over before the timer goes off for users of the next one counts once", () => {
  const cost = new FrameCost();
  cost.measure(200, 1, 0);
  cost.measure(20, 1, 5);
  cost.loopIsFree(900);
  expect(cost.each).toBe(initial);
});

test("users of a room whose flushes cost more wait longer, but less than in proportion", () => {
  const { share } = new FrameCost();
  const window = (cost: number) => cost / share(cost, 1);
  expect(window(8)).toBeGreaterThan(window(4));
  expect(window(8)).toBeLessThan(2 * window(4));
  for (const cost of [0.001, 1, 10, 1000]) {
    expect(share(cost, 1)).toBeGreaterThanOrEqual(0.16);
    expect(share(cost, 1000)).toBeLessThanOrEqual(0.3);
  }
});
