// Presence pacer tests: a single join is told at once, and a wave of them shares flushes.
import { describe, expect, test } from "vitest";
import { PresencePacer } from "../../../src/core/room/presence-pacer.ts";

/** Counts the flushes that tell of one join each `every` ms, for ten seconds. */
function flushes(costMs: number, every: number): number {
  const pacer = new PresencePacer();
  let flushed = 0;
  let at: number | null = null;
  for (let now = 1_000_000; now < 1_010_000; now++) {
    if (now % every === 0) at ??= now + pacer.wait(now);
    if (at === null || now < at) continue;
    pacer.spend(costMs, now);
    flushed++;
    at = null;
  }
  return flushed;
}

describe("the time until a join is told", () => {
  test("a user who joins a quiet room is told to the others at once", () => {
    expect(new PresencePacer().wait(0)).toBe(0);
  });

  test("a few users who join a large room together are told at once", () => {
    const pacer = new PresencePacer();
    const waits = Array.from({ length: 6 }, () => {
      const wait = pacer.wait(50);
      pacer.spend(8, 50);
      return wait;
    });
    expect(waits).toEqual([0, 0, 0, 0, 0, 1000]);
  });

  test("users who join 200 others one after another share one flush a second", () => {
    expect(flushes(8, 50)).toBeLessThanOrEqual(14);
  });

  test("users who join a room of five do not wait for each other", () => {
    expect(flushes(0.2, 100)).toBe(100);
  });

  test("a user's join waits at most a second, however dear a flush is", () => {
    const pacer = new PresencePacer();
    for (let i = 0; i < 20; i++) pacer.spend(10_000, 0);
    expect(pacer.wait(0)).toBe(1000);
  });

  test("a user's join does not wait longer because the clock was set back", () => {
    const pacer = new PresencePacer();
    for (let i = 0; i < 20; i++) pacer.spend(10_000, 90_000);
    expect(pacer.wait(0)).toBe(0);
  });
});
