// Name suffix tests: an app user whose name is taken gets a valid name, the same each time, without lookalike letters.
import fc from "fast-check";
import { expect, test } from "vitest";
import { suffixedName } from "../../../src/core/room/name-suffix.ts";
import { nameKey } from "../../../src/protocol/name-key.ts";
import { readUsername } from "../../../src/protocol/names.ts";

const alice = "h3H0zQffPkEcyBFcfiYOY0XDqCoX1bD-rcveczETjfg";
const identities = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString("base64url"));
const usernames = fc
  .oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
    fc.stringMatching(/^[a-zé李.-]{1,32}$/u),
  )
  .map(readUsername)
  .filter((name) => name !== null);

test("an app user's suffix gets longer with each taken name, up to a limit", () => {
  const names = [1, 2, 3, 4, 5].map((attempt) =>
    suffixedName("alice", alice, attempt),
  );
  expect(names.map((name) => name?.length ?? null)).toEqual([
    ...[10, 14, 18, 22],
    null,
  ]);
  expect(names[1]?.startsWith(names[0] ?? "none")).toBe(true);
});

test("an app user's name with a suffix is valid, and the same each time", () => {
  fc.assert(
    fc.property(
      usernames,
      identities,
      fc.integer({ min: 1, max: 4 }),
      (username, identity, attempt) => {
        const name = suffixedName(username, identity, attempt) ?? "";
        expect(readUsername(name)).toBe(name);
        expect(suffixedName(username, identity, attempt)).toBe(name);
      },
    ),
  );
});

test("an app user's suffix has no letters that look alike, alone or in pairs", () => {
  const letters = new Set<string>();
  fc.assert(
    fc.property(identities, (identity) => {
      for (const letter of suffixedName("a", identity, 4)?.slice(2) ?? "")
        letters.add(letter);
    }),
  );
  expect(letters.size).toBe(20);
  const all = [...letters];
  const pairs = all.flatMap((one) => all.map((other) => one + other));
  const keys = new Set([...all, ...pairs].map(nameKey));
  expect(keys.size).toBe(all.length + pairs.length);
});
