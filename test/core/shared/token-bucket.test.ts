// Token bucket tests: a burst passes at once, and later actions pass at the rate.
import fc from "fast-check";
import { expect, test } from "vitest";
import { TokenBucket } from "../../../src/core/shared/token-bucket.ts";

const rate = { burst: 3, perSecond: 2 };

test("a user's burst passes at once, and the next action waits for its token", () => {
  const bucket = new TokenBucket(rate, 0);
  const waits = [0, 0, 0, 0].map(() => bucket.take(rate, 0));
  expect(waits).toEqual([0, 0, 0, 500]);
});

test("a user who waits as long as told may continue", () => {
  const rates = fc.record({
    burst: fc.integer({ min: 1, max: 50 }),
    perSecond: fc.double({ min: 0.01, max: 1000, noNaN: true }),
  });
  const steps = fc.array(fc.nat({ max: 300 }), { maxLength: 100 });
  fc.assert(
    fc.property(rates, steps, (some, waits) => {
      const bucket = new TokenBucket(some, 0);
      let now = 0;
      for (const wait of waits) {
        now += wait;
        const told = bucket.take(some, now);
        if (told === 0) continue;
        now += told;
        expect(bucket.take(some, now)).toBe(0);
      }
    }),
  );
});

test("a user who waits as long as told may continue despite rounding errors", () => {
  const slow = { burst: 1, perSecond: 0.01 };
  const bucket = new TokenBucket(slow, 0);
  expect(bucket.take(slow, 0)).toBe(0);
  const told = bucket.take(slow, 147);
  expect(told).toBeGreaterThan(0);
  expect(bucket.take(slow, 147 + told)).toBe(0);
});

test("a user's refused action costs no token", () => {
  const bucket = new TokenBucket(rate, 0);
  for (let i = 0; i < 50; i++) bucket.take(rate, 0);
  expect(bucket.take(rate, 500)).toBe(0);
});

test("a user has at most one burst after a long pause", () => {
  const bucket = new TokenBucket(rate, 0);
  const waits = [0, 0, 0, 0].map(() => bucket.take(rate, 1_000_000));
  expect(waits).toEqual([0, 0, 0, 500]);
});

test("a user has no limit at rate 0", () => {
  const bucket = new TokenBucket({ burst: 1, perSecond: 0 }, 0);
  for (let i = 0; i < 1000; i++)
    expect(bucket.take({ burst: 1, perSecond: 0 }, 0)).toBe(0);
});

test("a user gets no more tokens and no longer wait when the clock is set back", () => {
  const bucket = new TokenBucket(rate, 10_000);
  for (let i = 0; i < 3; i++) bucket.take(rate, 10_000);
  expect(bucket.take(rate, 9000)).toBe(500);
  expect(bucket.take(rate, 9500)).toBe(0);
});

test("a user never gets more actions through than a burst and the rate", () => {
  const steps = fc.array(fc.nat({ max: 2000 }), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (waits) => {
      const bucket = new TokenBucket(rate, 0);
      let [now, passed] = [0, 0];
      for (const wait of waits) {
        now += wait;
        if (bucket.take(rate, now) === 0) passed++;
      }
      const most = rate.burst + (now * rate.perSecond) / 1000;
      expect(passed).toBeLessThanOrEqual(most + 1e-6);
    }),
  );
});
