// Mentions test: names after an @ are found in texts, and not in code.
import { expect, test } from "vitest";
import { mentionedNames } from "../../src/protocol/mentions.ts";

const longest = (text: string) => mentionedNames(text).map(([name]) => name);

test("a text without an @ mentions nobody", () => {
  expect(mentionedNames("hello bob")).toEqual([]);
});

test("bob is mentioned at the start of a word, also beside punctuation", () => {
  expect(longest("@bob")).toEqual(["bob"]);
  expect(longest("hi (@bob), @Zoë! @bob's")).toEqual(["bob", "Zoë"]);
});

test("a full stop after a name is no part of it", () => {
  expect(longest("ask @bob. And @a.b...")).toEqual(["bob", "a.b"]);
});

test("a name of which another is the beginning is found first", () => {
  expect(mentionedNames("@bob-ish.x")).toEqual([
    ["bob-ish.x", "bob-ish", "bob"],
  ]);
});

test("mail addresses, URLs and a doubled @ mention nobody", () => {
  expect(longest("a@bob.org https://x.org/@bob @@bob @ bob @-bob")).toEqual([]);
});

test("a name in a script without spaces may touch its neighbours", () => {
  const [names] = mentionedNames("你好@小明你好");
  expect(names).toContain("小明");
  expect(names?.[0]).toBe("小明你好");
});

test("code mentions nobody", () => {
  expect(longest("`@a` ``@b ` @c`` @d")).toEqual(["d"]);
  expect(longest("```ts\n@a\n``` @b\n```\n@c")).toEqual(["b"]);
  expect(longest("a lone ` before @bob")).toEqual(["bob"]);
});

test("the same name counts once, and ten names at most", () => {
  expect(longest("@bob @bob")).toEqual(["bob"]);
  const many = Array.from({ length: 20 }, (_, i) => `@n${i}`).join(" ");
  expect(longest(many)).toHaveLength(10);
});

test("a name that is too long is none", () => {
  expect(longest(`@${"x".repeat(33)} @bob`)).toEqual(["bob"]);
});

test("a long run of marks after an @ is read in linear time", () => {
  const run = `@a${".".repeat(50_000)}b `;
  expect(longest(`${run.repeat(20)}@bob`)).toEqual(["a", "bob"]);
});
