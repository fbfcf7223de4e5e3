// Emoji search: a user finds each emoji by its name in English and Chinese.
import { expect, test } from "vitest";
import { ENGLISH_EMOJI } from "../../src/web/emoji-data/emoji-en.ts";
import { CHINESE_EMOJI } from "../../src/web/emoji-data/emoji-zh.ts";
import {
  findEmoji,
  QUICK_EMOJI,
  readEmoji,
} from "../../src/web/emoji-search.ts";
import { englishTools } from "../../src/web/locales/tools-en.ts";
import { chineseTools } from "../../src/web/locales/tools-zh.ts";

const groups = readEmoji(ENGLISH_EMOJI, CHINESE_EMOJI);
const all = groups.flat();

const found = (query: string) => findEmoji(groups, query);

test.for([
  ["thumbs up", "👍"],
  ["THUMBS", "👍"],
  ["heart red", "❤️"],
  ["拇指向上", "👍"],
  ["猫", "🐱"],
  ["party", "🎉"],
  ["🎉", "🎉"],
  ["ｃａｔ", "🐈"],
] as const)("a user who looks for %s finds %s", ([query, sign]) => {
  expect(
    found(query)
      .slice(0, 8)
      .map((one) => one.sign),
  ).toContain(sign);
});

test("a user finds the emoji of that name before those of a keyword", () => {
  expect(found("dog face")[0]?.sign).toBe("🐶");
  expect(found("fire")[0]?.sign).toBe("🔥");
  expect(found("火焰")[0]?.sign).toBe("🔥");
});

test.for(["", "   ", "xyzzyx", "没有这个东西"])(
  "a user who looks for %j finds nothing",
  (query) => {
    expect(found(query)).toEqual([]);
  },
);

test("a user can send every emoji of the picker as a reaction", () => {
  const isOne = /^\p{RGI_Emoji}$/v;
  expect(all.length).toBeGreaterThan(1500);
  const signs = all.map(({ sign }) => sign);
  expect(new Set(signs).size).toBe(signs.length);
  for (const sign of [...signs, ...QUICK_EMOJI])
    expect(sign, sign).toMatch(isOne);
  expect(signs).toEqual(expect.arrayContaining([...QUICK_EMOJI]));
});

test("a user reads the name of each emoji and group in both languages", () => {
  for (const { sign, names } of all) {
    expect(names.en, sign).not.toBe("");
    expect(names.zh, sign).not.toBe("");
  }
  for (const { emojiGroups } of [englishTools, chineseTools])
    expect(emojiGroups).toHaveLength(groups.length);
});
