// The names of app users whose own was taken: always names, the same each time, and no look-alikes.
import fc from "fast-check";
import { expect, test } from "vitest";
import { suffixedName } from "../../../src/core/room/name-suffix.ts";
import { nameKey, readUsername } from "../../../src/protocol/names.ts";

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

test("the first one is short, later ones are longer, then there is none", () => {
  const names = [1, 2, 3, 4, 5].map((tries) =>
    suffixedName("alice", alice, tries),
  );
  expect(names.map((name) => name?.length ?? null)).toEqual([
    ...[10, 14, 18, 22],
    null,
  ]);
  expect(names[1]?.startsWith(names[0] ?? "none")).toBe(true);
});

test("is a name as it is spelt, and the same for the same person", () => {
  fc.assert(
    fc.property(
      usernames,
      identities,
      fc.integer({ min: 1, max: 4 }),
      (username, identity, tries) => {
        const name = suffixedName(username, identity, tries) ?? "";
        expect(readUsername(name)).toBe(name);
        expect(suffixedName(username, identity, tries)).toBe(name);
      },
    ),
  );
});

test("no two letters of it look alike, alone or together", () => {
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
