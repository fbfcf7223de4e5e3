// Admin attempts: a network has few tries in a minute, each is logged, and other networks are not affected.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AdminAttempts } from "../../src/http/admin-attempts.ts";

const NOW = 1_750_000_000_000;
const THEM = "203.0.113.2";
let logged: string[] = [];

beforeEach(() => {
  logged = [];
  vi.spyOn(console, "log").mockImplementation((line) => {
    logged.push(line);
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** The status of the refusal; null if the request may go on. */
function status(
  attempts: AdminAttempts,
  isRight: boolean,
  { address = THEM as string | null, at = NOW, headers = shown } = {},
): number | null {
  const request = new Request("http://localhost/admin/x", { headers });
  return attempts.check(request, address, isRight, at)?.status ?? null;
}
const shown: Record<string, string> = { Authorization: "Bearer wrong" };

function locked(): AdminAttempts {
  const attempts = new AdminAttempts();
  for (let i = 0; i < 10; i++) status(attempts, false);
  return attempts;
}

describe("of 300 wrong secrets", () => {
  test("of 300 wrong secrets of an attacker ten are checked, and the others must wait", () => {
    const attempts = new AdminAttempts();
    const all = Array.from({ length: 300 }, () => status(attempts, false));
    expect(all.slice(0, 10)).toEqual(Array(10).fill(401));
    expect(all.slice(10)).toEqual(Array(290).fill(429));
  });

  test("each attempt of an attacker that was checked is in the log, without the secret", () => {
    const attempts = new AdminAttempts();
    for (let i = 0; i < 300; i++) status(attempts, false);
    const events = logged.map((line) => JSON.parse(line));
    expect(events).toEqual([
      ...Array(9).fill({ event: "admin refused", network: THEM }),
      { event: "admin locked", network: THEM },
    ]);
  });
});

describe("who has to wait", () => {
  test("an attacker who has to wait is told how long", () => {
    const request = new Request("http://localhost/admin/x");
    const answer = locked().check(request, THEM, false, NOW + 1500);
    expect(answer?.headers.get("Retry-After")).toBe("59");
  });

  test("an attacker who has to wait is not told whether a secret was right", () => {
    expect(status(locked(), true)).toBe(429);
  });

  test("everybody from the attacker's network waits, in any spelling of the address", () => {
    const attempts = locked();
    for (const address of [`::ffff:${THEM}`, "::ffff:cb00:7102"])
      expect(status(attempts, true, { address })).toBe(429);
  });

  test("nobody from another network than the attacker's waits", () => {
    expect(status(locked(), true, { address: "203.0.113.3" })).toBeNull();
  });

  test("an attacker waits a minute, and may be right then", () => {
    const attempts = locked();
    expect(status(attempts, true, { at: NOW + 59_999 })).toBe(429);
    expect(status(attempts, true, { at: NOW + 60_000 })).toBeNull();
  });

  test("an attacker does not wait for ever if the clock is set back", () => {
    expect(status(locked(), true, { at: NOW - 3_600_000 })).toBeNull();
  });
});

test("a user without a secret has made no wrong attempt", () => {
  const attempts = new AdminAttempts();
  for (let i = 0; i < 50; i++)
    expect(status(attempts, false, { headers: {} })).toBe(401);
  expect(status(attempts, true)).toBeNull();
  expect(logged).toEqual([]);
});

test("users whose address nobody knows count as one", () => {
  const attempts = new AdminAttempts();
  for (let i = 0; i < 10; i++) status(attempts, false, { address: null });
  expect(status(attempts, true, { address: null })).toBe(429);
});

test("attackers from very many networks take no more memory, and lock nobody else out", () => {
  const attempts = locked();
  for (let i = 0; i < 10_000; i++)
    status(attempts, false, { address: `10.1.${i >> 8}.${i & 255}` });
  expect(status(attempts, true)).toBeNull();
  expect(status(attempts, true, { address: "10.2.0.1" })).toBeNull();
});
