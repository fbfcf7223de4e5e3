// Connect limiter: the connections of a network are counted for a minute.
import { describe, expect, test } from "vitest";
import { ConnectLimiter } from "../../src/http/connect-limiter.ts";

const NOW = 1_750_000_000_000;

describe("connections", () => {
  test("users may connect as often in a minute as the setting says, and more in the next", () => {
    const limiter = new ConnectLimiter(3);
    const take = (ms: number) => limiter.take("192.0.2.1", NOW + ms);
    expect([take(0), take(1), take(2)]).toEqual([0, 0, 0]);
    expect(take(10_000)).toBe(50_000);
    expect(take(59_999)).toBe(1);
    expect(take(60_000)).toBe(0);
  });

  test("users of one address do not hold up those of another", () => {
    const limiter = new ConnectLimiter(1);
    expect(limiter.take("192.0.2.1", NOW)).toBe(0);
    expect(limiter.take("192.0.2.1", NOW)).toBeGreaterThan(0);
    expect(limiter.take("192.0.2.2", NOW)).toBe(0);
  });

  test("users of one IPv6 network count together", () => {
    const limiter = new ConnectLimiter(1);
    expect(limiter.take("2001:db8::1", NOW)).toBe(0);
    expect(limiter.take("2001:db8::2", NOW)).toBeGreaterThan(0);
  });

  test.for([
    ["with and without a port", "203.0.113.2", "203.0.113.2:50000"],
    ["mapped into IPv6", "203.0.113.2", "::ffff:cb00:7102"],
  ] as const)("users of one address count together, %s", ([, one, other]) => {
    const limiter = new ConnectLimiter(1);
    expect(limiter.take(one, NOW)).toBe(0);
    expect(limiter.take(other, NOW)).toBeGreaterThan(0);
  });

  test("twelve users whose addresses are mapped into IPv6 count for themselves", () => {
    const limiter = new ConnectLimiter(1);
    for (let i = 0; i < 12; i++)
      expect(limiter.take(`::ffff:cb00:71${i + 10}`, NOW)).toBe(0);
  });

  test("users are not counted where the setting is 0", () => {
    const limiter = new ConnectLimiter(0);
    expect(limiter.isOff).toBe(true);
    for (let i = 0; i < 1000; i++)
      expect(limiter.take("192.0.2.1", NOW)).toBe(0);
  });

  test("users of very many addresses take no more memory, and shut nobody out", () => {
    const limiter = new ConnectLimiter(1);
    for (let i = 0; i < 20_000; i++)
      expect(limiter.take(`10.0.${i >> 8}.${i & 255}`, NOW)).toBe(0);
    // The first ones are still counted, the last ones are not.
    expect(limiter.take("10.0.0.0", NOW)).toBeGreaterThan(0);
    expect(limiter.take("10.0.78.31", NOW)).toBe(0);
  });

  test("users can connect after the clock was set back", () => {
    const limiter = new ConnectLimiter(1);
    limiter.take("192.0.2.1", NOW);
    expect(limiter.take("192.0.2.1", NOW - 3_600_000)).toBe(0);
  });
});
