// Name key: two spellings of one name have the same key.
import { expect, test } from "vitest";
import { nameKey } from "../../src/web/name-key.ts";

test("two spellings of a user's name are one conversation", () => {
  expect(nameKey("Ａlice")).toBe(nameKey("alice"));
});
