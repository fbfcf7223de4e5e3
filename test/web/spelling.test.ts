// Names and emoji as people see them, not as a computer stores them.
import { expect, test } from "vitest";
import {
  initial,
  isOnlyEmoji,
  SHADES,
  sameness,
  shade,
} from "../../src/web/spelling.ts";

test("a name's initial is a whole letter of any script", () => {
  expect(initial("alice")).toBe("A");
  expect(initial("李雷")).toBe("李");
  expect(initial("e\u0301mile")).toBe("E\u0301");
  expect(initial("नमन")).toBe("न");
});

test("a name has one shade, however it is written", () => {
  expect(shade("Alice")).toBe(shade("alice"));
  expect(shade("李雷")).toBeLessThan(SHADES);
});

test("one person's spellings are one conversation", () => {
  expect(sameness("Ａlice")).toBe(sameness("alice"));
});

test.for([
  ["🎉", true],
  ["👩‍👩‍👧‍👦 👍🏽", true],
  ["🇨🇳🇩🇪🇪🇬", true],
  ["🎉🎉🎉🎉", false],
  ["ok 🎉", false],
  ["123", false],
  ["#", false],
  ["", false],
] as const)("%s alone is shown big: %s", ([text, isBig]) => {
  expect(isOnlyEmoji(text)).toBe(isBig);
});
