// Highlight: the words of a search are marked in a text that has them.
import { describe, expect, test } from "vitest";
import { foldSearch, searchWords } from "../../src/protocol/search-text.ts";
import { highlight } from "../../src/web/highlight.ts";

/** The text, with the words that are marked in brackets. */
function shown(text: string, search: string): string {
  const searched = { words: searchWords(search), fold: foldSearch };
  return highlight(text, searched)
    .map((part) => (part.isHit ? `[${part.text}]` : part.text))
    .join("");
}

describe("a user sees where the words are", () => {
  test.for([
    ["The red Fox", "fox RED", "The [red] [Fox]"],
    ["foxfox fox", "fox", "[foxfox] [fox]"],
    ["shipping", "ship", "[ship]ping"],
    ["Große Straße", "strasse", "Große [Straße]"],
    ["ＦＯＸ", "fox", "[ＦＯＸ]"],
    ["赤い狐です", "狐", "赤い[狐]です"],
    ["I ❤️ it", "❤", "I [❤️] it"],
    ["one\n\ntwo", "two", "one [two]"],
    ["a hen", "fox", "a hen"],
  ] as const)("%s for %s: %s", ([text, search, wanted]) => {
    expect(shown(text, search)).toBe(wanted);
  });

  test("also far inside of a long text", () => {
    const text = `${"straw ".repeat(100)}needle ${"straw ".repeat(5)}`;
    expect(shown(text, "needle")).toMatch(/^….{30,45}\[needle\] straw/);
  });
});
