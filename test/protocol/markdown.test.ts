// Markdown: marks, code, quotes, lists and links are found, in linear time, and no text is lost or hidden.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseMarkdown } from "../../src/protocol/markdown.ts";
import type {
  MarkdownNode,
  StepCount,
} from "../../src/protocol/markdown-nodes.ts";
import { hasStackedMarks, isVisible } from "../../src/protocol/visible-text.ts";

/** The tree in one line. Markup that is not shown stands between ‹ and ›. */
function outline(nodes: readonly MarkdownNode[]): string {
  return nodes.map(outlineOf).join("").replaceAll("\n", "⏎");
}

function outlineOf(node: MarkdownNode): string {
  switch (node.kind) {
    case "text":
      return node.source;
    case "syntax":
      return `‹${node.source}›`;
    default: {
      const { kind, children } = node;
      const detail = {
        ...{ link: "href", codeBlock: "language", item: "number" },
      }[kind as string];
      const value = detail === undefined ? null : Reflect.get(node, detail);
      const words = value === null || value === "" ? kind : `${kind} ${value}`;
      return `{${words}: ${outline(children)}}`;
    }
  }
}

const leaves = (nodes: readonly MarkdownNode[]): MarkdownNode[] =>
  nodes.flatMap((node) =>
    "children" in node ? leaves(node.children) : [node],
  );
const all = (nodes: readonly MarkdownNode[]): MarkdownNode[] =>
  nodes.flatMap((node) => [
    node,
    ...("children" in node ? all(node.children) : []),
  ]);
/** Blocks stand on lines of their own. */
const BLOCKS = ["codeBlock", "quote", "list", "item"];
const shown = (nodes: readonly MarkdownNode[]): string =>
  nodes
    .map((node) => {
      if (!("children" in node)) return node.kind === "text" ? node.source : "";
      const edge = BLOCKS.includes(node.kind) ? "\n" : "";
      return edge + shown(node.children) + edge;
    })
    .join("");

describe("a user's marks", () => {
  test.for([
    ["**bold**", "{bold: ‹**›bold‹**›}"],
    ["*one* _two_", "{italic: ‹*›one‹*›} {italic: ‹_›two‹_›}"],
    ["~~gone~~", "{strike: ‹~~›gone‹~~›}"],
    ["`a*b*`", "{code: ‹`›a*b*‹`›}"],
    ["`` a`b `` ", "{code: ‹`` ›a`b‹ ``›} "],
    ["***both***", "{bold: ‹**›{italic: ‹*›both‹*›}‹**›}"],
    ["**a *b***", "{bold: ‹**›a {italic: ‹*›b‹*›}‹**›}"],
    ["***a** b*", "{italic: ‹*›{bold: ‹**›a‹**›} b‹*›}"],
    ["**a *b**", "{bold: ‹**›a *b‹**›}"],
    ["**a `b**` c**", "{bold: ‹**›a {code: ‹`›b**‹`›} c‹**›}"],
    ["(**a**, *b*)", "({bold: ‹**›a‹**›}, {italic: ‹*›b‹*›})"],
    ["**你好**世界", "{bold: ‹**›你好‹**›}世界"],
    ["他说**“你好。”**世界", "他说{bold: ‹**›“你好。”‹**›}世界"],
    ["**서울**에서", "{bold: ‹**›서울‹**›}에서"],
    ["هذا **مهم**", "هذا {bold: ‹**›مهم‹**›}"],
    ["**👍**", "{bold: ‹**›👍‹**›}"],
  ] as const)("are found in %s", ([text, expected]) => {
    expect(outline(parseMarkdown(text))).toBe(expected);
  });

  test.for([
    "2*3*4 and 2 * 3 * 4, 5* and 4*",
    "a_b_c and __init__ and f(*a, **b)",
    "src/*.ts and src/*.js and /*x*/",
    String.raw`¯\_(ツ)_/¯ and \*so\* and \`so\``,
    "^_^ so ^_^ and ;_; so ;_; and *_* so *_*",
    "** ** and **** and ~~~~ and ``` and ~5~",
    "and * and _",
    "**bold\nnot**",
    "[1] and [x](y) and a](b) and [](mailto:)",
    "[x](javascript:alert) and [x](data:text/html,x) and [x](//a.b)",
    "[x](https://a:b@c.d) and [x](https://bank.example@evil.example/)",
    "[x](https://a.b\\@c.d)",
    ">:( and >_< and >>> x",
    ">",
    "- ",
    "-5 and 1.5 and 2026. A year",
    "```",
    "```js",
    "```\n```",
    "    four spaces\n\n\n  and\tmore \n",
    "# no heading\n---\n| no | table |",
    "&amp; <b>no</b> <script>",
  ])("are not seen in the plain text %j", (text) => {
    expect(parseMarkdown(text)).toEqual([{ kind: "text", source: text }]);
  });
});

describe("a user's blocks", () => {
  test.for([
    [
      "```js\nlet a;\n\n b\n```",
      "{codeBlock js: ‹```js›‹⏎›let a;⏎⏎ b‹⏎›‹```›}",
    ],
    ["a\n```\n**b**\n```\nc", "a‹⏎›{codeBlock: ‹```›‹⏎›**b**‹⏎›‹```›}‹⏎›c"],
    ["```\nno end", "{codeBlock: ‹```›‹⏎›no end}"],
    ["```a b\nc```", "{codeBlock: ‹```›a b⏎c‹```›}"],
    ["> a\n> **b**\nc", "{quote: ‹> ›a⏎‹> ›{bold: ‹**›b‹**›}‹⏎›}c"],
    ["> > a", "{quote: {quote: ‹> > ›a}}"],
    ["- a\n- b", "{list: {item: ‹- ›a‹⏎›}{item: ‹- ›b}}"],
    ["3. a\n4) b", "{list: {item 3: ‹3. ›a‹⏎›}{item 4: ‹4) ›b}}"],
    [
      "- a\n  - b\n  c",
      "{list: {item: ‹- ›a‹⏎›{list: {item: ‹  - ›b‹⏎›}}‹  ›c}}",
    ],
    ["- a\n1. b", "{list: {item: ‹- ›a‹⏎›}}{list: {item 1: ‹1. ›b}}"],
    ["> ```\n> a\n> ```", "{quote: {codeBlock: ‹> ```›‹⏎›‹> ›a‹⏎›‹> ```›}}"],
    ["a\n\n> b\n\nc", "a‹⏎›‹⏎›{quote: ‹> ›b‹⏎›}‹⏎›c"],
  ] as const)("are found in %j", ([text, expected]) => {
    expect(outline(parseMarkdown(text))).toBe(expected);
  });
});

describe("a user's links", () => {
  test.for([
    [
      "see https://a.b/c_d_e.",
      "see {link https://a.b/c_d_e: https://a.b/c_d_e}.",
    ],
    ["**https://a.b**", "{bold: ‹**›{link https://a.b: https://a.b}‹**›}"],
    ["(https://a.b/(c))", "({link https://a.b/(c): https://a.b/(c)})"],
    ["`https://a.b`", "{code: ‹`›https://a.b‹`›}"],
    ["[a](https://b.c)", "{link https://b.c: ‹[›a‹](https://b.c)›}"],
    ["[a](mailto:b@c.d)", "{link mailto:b@c.d: ‹[›a‹](mailto:b@c.d)›}"],
    [
      "[a](https://b.c/(d))",
      "{link https://b.c/(d): ‹[›a‹](https://b.c/(d))›}",
    ],
    [
      "[**a** `b`](http://c)",
      "{link http://c: ‹[›{bold: ‹**›a‹**›} {code: ‹`›b‹`›}‹](http://c)›}",
    ],
    [
      "[https://a.b](https://c.d)",
      "{link https://c.d: ‹[›https://a.b‹](https://c.d)›}",
    ],
    ["[a [b](http://c)", "[a {link http://c: ‹[›b‹](http://c)›}"],
  ] as const)("are found in %s", ([text, expected]) => {
    expect(outline(parseMarkdown(text))).toBe(expected);
  });

  test("no link is in another one", () => {
    const [first] = parseMarkdown("[a [b](http://c) d](http://e)");
    expect(first).toEqual({ kind: "text", source: "[a " });
  });
});

const PIECES = [
  ..."*_~`[]()>-\\ \n".split(""),
  ...["**", "***", "```", "> ", "- ", "  ", "1. ", "a", "b c", "好", "👍"],
  ...["](https://a.b)", "https://a.b/", "mailto:a@b", "javascript:x", "@"],
  ...[
    "\u0301",
    "\u0301\u0301\u0301",
    "\u200b",
    "\u200d",
    "\u2066",
    "\u3164",
    "\u115f",
    "\ufe0f",
  ],
];
const typed = fc
  .array(fc.constantFrom(...PIECES), { maxLength: 60 })
  .map((pieces) => pieces.join(""));
const anyText = fc.oneof(
  { weight: 3, arbitrary: typed },
  fc.string({ unit: "grapheme", maxLength: 100 }),
  fc.string({ unit: "binary", maxLength: 100 }),
);

describe("of any text of a user", () => {
  test("nothing is lost, and every link is safe", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const nodes = parseMarkdown(text);
        const sources = (some: readonly MarkdownNode[]) =>
          some.map(({ source }) => source).join("");
        expect(sources(leaves(nodes))).toBe(text);
        for (const node of all(nodes)) {
          if ("children" in node)
            expect(sources(node.children)).toBe(node.source);
          if (node.kind !== "link") continue;
          const { protocol, username, password } = new URL(node.href);
          expect(["http:", "https:", "mailto:"]).toContain(protocol);
          expect(username + password).toBe("");
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("markup neither hides it nor stacks its marks", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const nodes = parseMarkdown(text);
        const seen = shown(nodes);
        expect(isVisible(seen)).toBe(isVisible(text));
        if (!hasStackedMarks(text)) expect(hasStackedMarks(seen)).toBe(false);
        for (const node of all(nodes))
          if ("children" in node) expect(isVisible(shown([node]))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

const HOSTILE = [
  ...["*", "_", "~", "`", "[", "]", ">", "-", "(", "\\", "\n", " "],
  ...["*a ", "**a ", "_a ", "~~a ", "[a](", "](", "](https://", "](https://a"],
  ...["> ", "- ", "> - ", "- a\n", "  - a\n", "> a\n", "1. a\n  "],
  ...["```\n", "```\n\n", "````\n```\n", "`` ` ", "`a``b```c", "```a\n"],
  ...["*a_b*", "*a **b ", "**a* ", "***a** ", "a*** ", "*[a](http://b)* "],
  ...["https://a.", "https://a) ", "mailto:", "https://a.b/(((", ". ", "a.b "],
];

test.for(HOSTILE)(
  "a long text of %j costs a user's page no more steps than its length",
  (piece) => {
    const steps = (length: number) => {
      const count: StepCount = { steps: 0 };
      parseMarkdown(piece.repeat(Math.ceil(length / piece.length)), { count });
      return count.steps;
    };
    const [short, long] = [steps(4000), steps(16_000)];
    expect(long).toBeLessThan(short * 4.2 + 100);
    expect(long).toBeLessThan(16_000 * 30);
  },
);

test("a text whose lengths of backticks all differ is read in linear time", () => {
  const steps = (n: number) => {
    const count: StepCount = { steps: 0 };
    const text = Array.from({ length: n }, (_, i) => "`".repeat(n - i)).join(
      "\n",
    );
    parseMarkdown(text, { count });
    return count.steps / text.length;
  };
  expect(steps(200)).toBeLessThan(steps(50) + 3);
});

test("marks and blocks in each other end at a depth", () => {
  const depth = (nodes: readonly MarkdownNode[]): number =>
    Math.max(
      0,
      ...nodes.map((node) =>
        "children" in node ? 1 + depth(node.children) : 0,
      ),
    );
  expect(depth(parseMarkdown(`${"> ".repeat(50)}a`))).toBe(4);
  const marks = `${"*a _b ".repeat(50)}c${"_ d* ".repeat(50)}`;
  expect(depth(parseMarkdown(marks))).toBeLessThanOrEqual(6);
  expect(depth(parseMarkdown(`- ${"> ".repeat(9)}${marks}`))).toBeLessThan(13);
});
