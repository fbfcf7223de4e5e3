// Admin secret: guessing it on a real server takes long, is logged, and affects no other network.
import { expect, test } from "vitest";
import { askRaw } from "../conformance/support/http-client.ts";
import { serve } from "./support/servers.ts";

const SECRET = "correct-horse-battery";
const PATH = "/admin/rooms/lobby/export";

test("300 wrong secrets are looked at ten times; the right one works from elsewhere", async () => {
  const server = await serve({
    env: { ADMIN_SECRET: SECRET, ADDRESS_HEADER: "X-Forwarded-For" },
  });
  const show = async (secret: string, from: string) =>
    askRaw(PATH, {
      Authorization: `Bearer ${secret}`,
      "X-Forwarded-For": from,
    });
  const guess = async (_: unknown, i: number) =>
    (await show(`guess-${i}`, `203.0.113.2:${50_000 + i}`)).status;
  const guesses = await Promise.all(Array.from({ length: 300 }, guess));
  const count = (status: number) =>
    guesses.filter((one) => one === status).length;
  expect([count(401), count(429)]).toEqual([10, 290]);
  const late = await show(SECRET, "203.0.113.2");
  expect(late.status).toBe(429);
  expect(Number(late.headers["retry-after"])).toBeGreaterThan(0);
  // The room has no log to export, but the secret is accepted.
  expect((await show(SECRET, "203.0.113.3")).status).not.toBe(429);
  expect((await show(SECRET, "203.0.113.3")).status).not.toBe(401);
  await expect
    .poll(() => server.printed.join("\n").match(/"admin (refused|locked)"/g))
    .toHaveLength(10);
  const log = server.printed.join("\n");
  expect(log).not.toMatch(/guess-|correct-horse/);
});
