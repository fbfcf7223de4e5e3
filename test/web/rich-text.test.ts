// Rich text: marks and links are found and safe, mentions are highlighted, and no text is lost.
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import {
  loadLinkParser,
  parseRichText,
  type RichTextPart,
  safeHref,
} from "../../src/web/rich-text.ts";

beforeAll(loadLinkParser);

const links = (parts: readonly RichTextPart[]) =>
  parts.flatMap((part) => (part.kind === "link" ? [part.href] : []));
const mentioned = (parts: readonly RichTextPart[]) =>
  parts.flatMap(({ kind, text }) => (kind === "mention" ? [text] : []));

describe("links", () => {
  test.for([
    ["see https://example.com/a?b=1#c.", "https://example.com/a?b=1#c"],
    ["(http://example.com)", "http://example.com/"],
    ["example.org is one", "https://example.org/"],
    ["write to carol@example.com", "mailto:carol@example.com"],
    ["https://例子.测试/路", "https://xn--fsqu00a.xn--0zwm56d/%E8%B7%AF"],
  ] as const)("a user can open the link in %s", ([text, href]) => {
    expect(links(parseRichText(text, ""))).toEqual([href]);
  });

  test.for([
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "https://bank.example@evil.example/",
    "1.2.3",
    "e.g. this",
    "<img src=x onerror=alert(1)>",
  ])("a user cannot open an unsafe link in %s", (text) => {
    const hrefs = links(parseRichText(text, ""));
    for (const href of hrefs) {
      expect(href).toMatch(/^(https?:\/\/|mailto:)/);
      expect(new URL(href).username).toBe("");
    }
    expect(hrefs.filter((href) => !href.startsWith("mailto:"))).toEqual([]);
  });

  test("a user can open http, https and mailto links only", () => {
    expect(safeHref("javascript:alert(1)")).toBeNull();
    expect(safeHref("https://a:b@example.com/")).toBeNull();
    expect(safeHref("blob:https://example.com/1")).toBeNull();
    expect(safeHref("not a url")).toBeNull();
  });
});

describe("mentions", () => {
  test.for([
    ["hello @bob, hi", "bob", ["@bob"]],
    ["BOB and Bob's", "bob", ["BOB", "Bob"]],
    ["bobsled @bobby kebob", "bob", []],
    ["你好李雷吗 @李雷你好", "李雷", ["@李雷"]],
    ["a cat for @a", "a", ["@a"]],
    ["j.r. or jxr", "j.r", ["j.r"]],
    ["mail@bob no", "bob", []],
    ["مرحبا @علي كيف", "علي", ["@علي"]],
    ["nothing", "", []],
  ] as const)(
    "in the text %s the user %s sees their own name highlighted",
    ([text, name, expected]) => {
      expect(mentioned(parseRichText(text, name))).toEqual(expected);
    },
  );

  test("a user's name is not highlighted inside a link", () => {
    const parts = parseRichText("https://example.com/bob bob", "bob");
    expect(mentioned(parts)).toEqual(["bob"]);
  });
});

describe("marks", () => {
  /** The tree in one line, without the markup. */
  const outline = (parts: readonly RichTextPart[]): string =>
    parts
      .map((part) => {
        switch (part.kind) {
          case "syntax":
            return "";
          case "plain":
            return part.text;
          case "mention":
            return `{mention: ${part.text}}`;
          case "codeBlock":
            return `{${part.language}: ${part.code}}`;
          case "link":
            return `{${part.href} ${part.label}: ${outline(part.children ?? [])}}`;
          case "list":
          case "item":
            return `{${part.number}: ${outline(part.children)}}`;
          default:
            return `{${part.kind}: ${outline(part.children)}}`;
        }
      })
      .join("")
      .replaceAll("\n", "⏎");

  test.for([
    ["**a *b*** ~~c~~", "{bold: a {italic: b}} {strike: c}"],
    ["**hi @bob**", "{bold: hi {mention: @bob}}"],
    ["`@bob` bob", "{code: @bob} {mention: bob}"],
    ["```js\nbob\n\nb\n```\nbob", "{js: bob⏎⏎b}{mention: bob}"],
    ["> ```\n> a\n> b\n> ```", "{quote: {: a⏎b}}"],
    ["2. a\n3. b", "{true: {2: a}{3: b}}"],
    ["- a\n- b", "{false: {null: a}{null: b}}"],
    ["see **example.org**", "see {bold: {https://example.org/ example.org: }}"],
    ["`example.org`", "{code: example.org}"],
    ["[a](https://b.c/d)", "{https://b.c/d https://b.c/d: a}"],
    [
      "[https://bank.com](https://аррӏе.com)",
      "{https://xn--80ak6aa92e.com/ https://xn--80ak6aa92e.com: https://bank.com}",
    ],
    [
      "[example.org](https://evil.com)",
      "{https://evil.com/ https://evil.com: example.org}",
    ],
    ["[a](javascript:alert)", "[a](javascript:alert)"],
    ["https://a.b/_c_/*d*", "{https://a.b/_c_/*d https://a.b/_c_/*d: }*"],
  ] as const)("a user sees those of %j", ([text, expected]) => {
    expect(outline(parseRichText(text, "bob"))).toBe(expected);
  });
});

test("no part of a user's text is lost", () => {
  const text = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 200 }),
    fc
      .array(
        fc.constantFrom(
          ...["http://a.b", "@bob", "bob", " ", "\n", "x.org", "**", "`", "_"],
          ...["[", "](http://c.d)", "```\n", "> ", "- ", "~~"],
        ),
      )
      .map((words) => words.join("")),
  );
  fc.assert(
    fc.property(text, (words) => {
      const parts = parseRichText(words, "bob");
      expect(parts.map((part) => part.text).join("")).toBe(words);
      for (const href of links(parts)) expect(safeHref(href)).toBe(href);
    }),
  );
});
