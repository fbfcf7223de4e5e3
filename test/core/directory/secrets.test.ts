// Secret tests: hashes are compared in constant time, and older secrets are valid for a grace period.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  changeSecret,
  findSecret,
  isSameHash,
} from "../../../src/core/directory/claims/secrets.ts";

const DAY = 24 * 3_600_000;

describe("secrets", () => {
  const hashes = fc.stringMatching(/^[ab]{0,4}$/);

  test("users' hashes are the same only if all characters are", () => {
    fc.assert(
      fc.property(hashes, hashes, (one, other) => {
        expect(isSameHash(one, other)).toBe(one === other);
      }),
    );
  });

  test("a user's secret is compared with all secrets of the name", () => {
    for (const hash of ["first", "third", "none"]) {
      const read: string[] = [];
      const secrets = ["first", "second", "third"].map((own) => ({
        get hash() {
          read.push(own);
          return own;
        },
        until: null,
      }));
      expect(findSecret(secrets, hash, 0)?.hash).toBe(
        hash === "none" ? undefined : hash,
      );
      expect(read.slice(0, 3)).toEqual(["first", "second", "third"]);
    }
  });

  test("a user's oldest secrets are forgotten after too many changes", () => {
    let secrets = [{ hash: "first", until: null as number | null }];
    for (let i = 0; i < 20; i++) secrets = changeSecret(secrets, `${i}`, i);
    expect(secrets).toHaveLength(8);
    expect(findSecret(secrets, "19", 20)?.until).toBeNull();
    expect(findSecret(secrets, "12", 20)?.until).toBe(13 + 30 * DAY);
    expect(findSecret(secrets, "first", 20)).toBeNull();
    expect(findSecret(secrets, "12", 13 + 30 * DAY)).toBeNull();
  });
});
