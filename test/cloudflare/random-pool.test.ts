// Random pool: each byte is returned once.
import { expect, test } from "vitest";
import { random } from "../../src/cloudflare/random-pool.ts";

test("random secrets for users have the length asked for, and none comes twice", () => {
  const drawn = new Set<string>();
  for (let i = 0; i < 10_000; i++) {
    const bytes = 6 + (i % 27);
    const text = random(bytes);
    expect(text).toMatch(/^[\w-]+$/);
    expect(text).toHaveLength(Math.ceil((bytes * 4) / 3));
    drawn.add(text);
  }
  expect(drawn.size).toBe(10_000);
});
