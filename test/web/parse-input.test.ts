// Input parser: a typed text goes to the right recipient, in a form that the server accepts.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCommand } from "../../src/cli/commands.ts";
import {
  cleanText,
  isPlainText,
  parseInput,
  privateRecipient,
  toInputLine,
} from "../../src/web/parse-input.ts";

describe("the composer", () => {
  test.for([
    ["hello", { kind: "message", text: "hello" }],
    ["  two\r\nlines  ", { kind: "message", text: "two\nlines" }],
    ["hello @bob", { kind: "message", text: "hello @bob" }],
    ["one\n/rotate it", { kind: "message", text: "one\n/rotate it" }],
    ["/say @bob hello ", { kind: "message", text: "@bob hello" }],
    ["/say /rotate it", { kind: "message", text: "/rotate it" }],
    ["@bob psst", { kind: "private", to: "bob", text: "psst" }],
    ["@bob, psst", { kind: "private", to: "bob", text: "psst" }],
    ["@李雷: 你好\n吗", { kind: "private", to: "李雷", text: "你好\n吗" }],
    ["/msg bob @carol", { kind: "private", to: "bob", text: "@carol" }],
    ["/rotate it", { kind: "command", word: "rotate", rest: "it" }],
    ["/register", { kind: "command", word: "register", rest: "" }],
    ["/join n it", { kind: "command", word: "join", rest: "n it" }],
    [" \n\t ", { kind: "empty" }],
    ["\u3164\u00ad", { kind: "empty" }],
    ["@bob \u3164", { kind: "empty" }],
    ["/say ", { kind: "refused", why: "say", text: "/say" }],
    ["/msg bob", { kind: "refused", why: "msg", text: "/msg bob" }],
    ["/dance", { kind: "refused", why: "command", text: "/dance" }],
    [" /rotate it", { kind: "refused", why: "prefix", text: "/rotate it" }],
    [" @bob psst", { kind: "refused", why: "prefix", text: "@bob psst" }],
    ["＠bob psst", { kind: "refused", why: "lookalike", text: "＠bob psst" }],
    ["1. @fay it", { kind: "refused", why: "prefix", text: "1. @fay it" }],
    ["msg fay it", { kind: "refused", why: "secret", text: "msg fay it" }],
    ["@bob! it", { kind: "refused", why: "name", text: "@bob! it" }],
    ["@bob： it", { kind: "refused", why: "name", text: "@bob： it" }],
    ["@bob", { kind: "refused", why: "address", text: "@bob" }],
    ["@ bob", { kind: "refused", why: "address", text: "@ bob" }],
    ["@bob ", { kind: "refused", why: "noText", text: "@bob" }],
    ['{"a":1}', { kind: "refused", why: "json", text: '{"a":1}' }],
    [
      "@ann, @ben can you both look?",
      { kind: "several", to: "ann", text: "@ann, @ben can you both look?" },
    ],
  ] as const)("a user who types %j gets the right result", ([typed, input]) => {
    expect(parseInput(typed)).toEqual(input);
  });

  test("a user sees the recipient before the text is sent", () => {
    expect(privateRecipient("@bob ")).toBe("bob");
    expect(privateRecipient("@bob, ps")).toBe("bob");
    expect(privateRecipient("/msg bob psst")).toBe("bob");
    expect(privateRecipient("@bob")).toBeNull();
    expect(privateRecipient("hello @bob ")).toBeNull();
    expect(privateRecipient("/say @bob hello")).toBeNull();
    expect(privateRecipient("@ann, @ben hello")).toBeNull();
  });
});

/** Texts near the limits of the grammar. */
const near = fc
  .array(
    fc.constantFrom(
      ...["@", "/", "{", "＠", "／", "bob", "ann", "rotate", "say ", "msg "],
      ...[" ", ",", ":", "：", '"', "}", "\n", "hello", "and", "!", "\u200b"],
      ...["\u00a0", "\ufeff", "\r\n", "\0", "\u202e", "\ud800"],
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

test("a user's text goes to the recipient that was shown", () => {
  fc.assert(
    fc.property(near, (typed) => {
      const input = parseInput(typed);
      const shown = privateRecipient(typed);
      if (input.kind === "private") expect(shown).toBe(input.to);
      else if (shown !== null)
        expect(input).toMatchObject({ kind: "refused", why: "noText" });
    }),
    { numRuns: 2000 },
  );
});

test("a user cannot send an invisible text, in the page or in the CLI", () => {
  expect(parseCommand("/say \u200b")).toMatchObject({ kind: "invalid" });
  expect(parseInput("/say \u200b")).toMatchObject({ kind: "refused" });
});

test("a user's text has the same recipient in the page and in the CLI", () => {
  fc.assert(
    fc.property(near, (typed) => {
      // Control characters are removed before the text is read.
      fc.pre(!/[\r\0\u202e\ud800]/.test(typed));
      const input = parseInput(typed);
      if (input.kind === "empty") return;
      const command = parseCommand(typed);
      if (input.kind === "message") expect(command.kind).toBe("message");
      else if (input.kind === "private")
        expect(command).toMatchObject({ kind: "private", to: input.to });
      else expect(["message", "private"]).not.toContain(command.kind);
    }),
    { numRuns: 2000 },
  );
});

describe("editing a failed message", () => {
  test.for([
    ["hello", undefined, "hello"],
    ["@bob is late", undefined, "/say @bob is late"],
    ["/say it", undefined, "/say /say it"],
    ["psst", "bob", "@bob psst"],
    ["@carol is late", "bob", "/msg bob @carol is late"],
  ] as const)(
    "a user edits the failed message %j to %s, and the recipient stays",
    ([text, to, line]) => {
      expect(toInputLine(text, to)).toBe(line);
    },
  );

  test("a user edits any failed message, and the recipient stays", () => {
    fc.assert(
      fc.property(near, (written) => {
        const text = cleanText(written);
        fc.pre(text !== "");
        const to = "bob";
        expect(parseInput(toInputLine(text))).toEqual({
          kind: "message",
          text,
        });
        expect(parseInput(toInputLine(text, to))).toEqual({
          kind: "private",
          to,
          text,
        });
      }),
    );
  });

  test("a user's failed message is not joined with a text for another recipient", () => {
    for (const line of ["@bob psst", " @bob psst", "/rotate it", "/say it"])
      expect(isPlainText(line)).toBe(false);
    expect(isPlainText(" hello ")).toBe(true);
  });
});

test("forbidden characters in a user's text are removed, not refused", () => {
  expect(cleanText("a\u0007b\u202ec\ud800d\te")).toBe("abc\ufffdd\te");
});
