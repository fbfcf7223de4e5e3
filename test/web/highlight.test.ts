// Highlight: the words of a search are marked in a text that has them.
import { beforeAll, describe, expect, test } from "vitest";
import { foldSearch, searchWords } from "../../src/protocol/search-text.ts";
import { highlight, highlightShown } from "../../src/web/highlight.ts";
import { plainText } from "../../src/web/plain-text.ts";
import { loadLinkParser } from "../../src/web/rich-text.ts";

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

describe("a user reads the text that was found without its marks", () => {
  beforeAll(loadLinkParser);

  test.for([
    ["a **red fox** ~~here~~", "fox", "a red [fox] here"],
    ["`npm run fox` now", "run", "npm [run] fox now"],
    ["see\n```js\nlet fox\n```\nthere", "fox", "see let [fox] there"],
    ["> the fox\n\nyes", "yes", "the fox [yes]"],
    ["- one\n- a fox", "fox", "• one • a [fox]"],
    ["1. one\n2. a fox", "fox", "1. one 2. a [fox]"],
    ["[the fox](https://example.org/den)", "fox", "the [fox]"],
    ["2 * 3 * fox", "fox", "2 * 3 * [fox]"],
  ] as const)("%j for %s: %s", ([text, search, wanted]) => {
    expect(found(text, search)).toBe(wanted);
  });

  test("but with them if only they have the words", () => {
    expect(found("[the fox](https://example.org/den)", "den")).toBe(
      "[the fox](https://example.org/[den])",
    );
  });

  function found(text: string, search: string): string {
    const searched = { words: searchWords(search), fold: foldSearch };
    return highlightShown(plainText(text), text, searched)
      .map((part) => (part.isHit ? `[${part.text}]` : part.text))
      .join("")
      .trim();
  }
});
