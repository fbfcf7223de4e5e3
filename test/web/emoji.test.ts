// Emoji: a message of a few emoji alone is shown big.
import { expect, test } from "vitest";
import { isOnlyEmoji } from "../../src/web/emoji.ts";

test.for([
  ["🎉", true],
  ["👩‍👩‍👧‍👦 👍🏽", true],
  ["🇨🇳🇩🇪🇪🇬", true],
  ["🎉🎉🎉🎉", false],
  ["ok 🎉", false],
  ["123", false],
  ["#", false],
  ["", false],
] as const)("a user sees a message of %s big: %s", ([text, isBig]) => {
  expect(isOnlyEmoji(text)).toBe(isBig);
});
