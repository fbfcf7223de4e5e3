// Markdown text: a terminal shows the marks of a message by its styles, and its source where it has none.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Colours } from "../../src/cli/colours.ts";
import { markdownText } from "../../src/cli/markdown-text.ts";
import { messageLine } from "../../src/cli/render.ts";
import { plainLine, wrapLine } from "../../src/cli/wrap.ts";
import { chatMessage } from "../client/support/chat-message.ts";

const [none, few] = [new Colours("none"), new Colours("few")];
/** As a terminal shows it, with names for its sequences. */
const shown = (text: string, style?: "private") =>
  plainLine(markdownText(text, style), few, "").replaceAll("\u001b[", "^");

describe("in a terminal with styles", () => {
  test.for([
    ["**a** *b* ~~c~~", "^1ma^0m ^3mb^0m ^9mc^0m"],
    ["***a***", "^1;3ma^0m"],
    ["`a*b*`", "^36ma*b*^0m"],
    ["**你好**世界", "^1m你好^0m世界"],
    ["> a\n> **b**\nc", "^2m┃ ^0ma\n^2m┃ ^0m^1mb^0m\nc"],
    ["- a\n1. b", "- a\n1. b"],
    [
      "see\n```js\nlet a;\n\n b\n```\nend",
      "see\n    ^36mlet a;^0m\n    \n    ^36m b^0m\nend",
    ],
    ["```\na\n```", "\n    ^36ma^0m"],
    ["> ```\n> a\n> ```", "\n^2m┃ ^0m    ^36ma^0m"],
    ["https://a.b/c_d_e", "^4mhttps://a.b/c_d_e^0m"],
    ["[a](https://b.c/d)", "^4ma^0m^2m (https://b.c/d)^0m"],
    [
      "[https://bank.com](https://evil.com)",
      "^4mhttps://bank.com^0m^2m (https://evil.com)^0m",
    ],
    ["[a](https://аррӏе.com/)", "^4ma^0m^2m (https://xn--80ak6aa92e.com/)^0m"],
    ["plain * text_", "plain * text_"],
  ] as const)("a user sees %j styled", ([text, expected]) => {
    expect(shown(text)).toBe(expected);
  });

  test("a user sees the style of a private message under its marks", () => {
    expect(shown("a **b**", "private")).toBe("^35ma ^0m^35;1mb^0m");
  });

  test("a user sees their name in a mark, and the rows of a quote under a name", () => {
    const reader = { username: "alice", blocked: [], hasClock: false };
    const message = chatMessage({ text: "**hi alice**\n> and so on" });
    const rows = wrapLine(messageLine(message, reader), few, 40).join("\n");
    expect(rows).toContain("\u001b[1mhi \u001b[0m\u001b[1;7;1malice\u001b[0m");
    expect(rows).toContain("    │ \u001b[0m\u001b[2m┃ \u001b[0mand so on");
  });
});

test("a user without styles sees the source of every text", () => {
  const pieces = [
    "*",
    "**",
    "`",
    "```\n",
    "> ",
    "- ",
    "\n",
    "a",
    "[b](https://c.d)",
  ];
  const text = fc
    .array(fc.constantFrom(...pieces), { maxLength: 40 })
    .map((some) => some.join(""));
  fc.assert(
    fc.property(text, (source) => {
      expect(plainLine(markdownText(source), none, "")).toBe(source);
    }),
  );
  const reader = { username: "alice", blocked: [], hasClock: false };
  const message = chatMessage({ text: "**hi alice** [b](https://c.d)" });
  expect(plainLine(messageLine(message, reader), none)).toBe(
    "bob: **hi alice** [b](https://c.d)",
  );
});
