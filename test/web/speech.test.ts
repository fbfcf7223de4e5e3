// What is typed goes to whom it was meant for, and as the server takes it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCommand } from "../../src/cli/commands.ts";
import {
  cleaned,
  isPlain,
  lineOf,
  readSpeech,
  whisperTo,
} from "../../src/web/speech.ts";

describe("in a room", () => {
  test.for([
    ["hello", { kind: "room", text: "hello" }],
    ["  two\r\nlines  ", { kind: "room", text: "two\nlines" }],
    ["hello @bob", { kind: "room", text: "hello @bob" }],
    ["one\n/rotate it", { kind: "room", text: "one\n/rotate it" }],
    ["/say @bob hello ", { kind: "room", text: "@bob hello" }],
    ["/say /rotate it", { kind: "room", text: "/rotate it" }],
    ["@bob psst", { kind: "private", to: "bob", text: "psst" }],
    ["@bob, psst", { kind: "private", to: "bob", text: "psst" }],
    ["@李雷: 你好\n吗", { kind: "private", to: "李雷", text: "你好\n吗" }],
    ["/msg bob @carol", { kind: "private", to: "bob", text: "@carol" }],
    ["/rotate it", { kind: "command", word: "rotate", rest: "it" }],
    ["/register", { kind: "command", word: "register", rest: "" }],
    ["/join n it", { kind: "command", word: "join", rest: "n it" }],
    [" \n\t ", { kind: "nothing" }],
    ["\u3164\u00ad", { kind: "nothing" }],
    ["@bob \u3164", { kind: "nothing" }],
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
  ] as const)("%j", ([typed, speech]) => {
    expect(readSpeech(typed)).toEqual(speech);
  });

  test("who will read it is told before it is sent", () => {
    expect(whisperTo("@bob ")).toBe("bob");
    expect(whisperTo("@bob, ps")).toBe("bob");
    expect(whisperTo("/msg bob psst")).toBe("bob");
    expect(whisperTo("@bob")).toBeNull();
    expect(whisperTo("hello @bob ")).toBeNull();
    expect(whisperTo("/say @bob hello")).toBeNull();
    expect(whisperTo("@ann, @ben hello")).toBeNull();
  });
});

/** Texts that are near the edge of the grammar. */
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

test("what is shown before sending is what is done, whatever is typed", () => {
  fc.assert(
    fc.property(near, (typed) => {
      const speech = readSpeech(typed);
      const shown = whisperTo(typed);
      if (speech.kind === "private") expect(shown).toBe(speech.to);
      else if (shown !== null)
        expect(speech).toMatchObject({ kind: "refused", why: "noText" });
    }),
    { numRuns: 2000 },
  );
});

test("the terminal, too, asks what to say where nothing of it can be seen", () => {
  expect(parseCommand("/say \u200b")).toMatchObject({ kind: "wrong" });
  expect(readSpeech("/say \u200b")).toMatchObject({ kind: "refused" });
});

test("the terminal would send it to the same, whatever is typed", () => {
  fc.assert(
    fc.property(near, (typed) => {
      // Pasted controls go before it is read.
      fc.pre(!/[\r\0\u202e\ud800]/.test(typed));
      const speech = readSpeech(typed);
      if (speech.kind === "nothing") return;
      const command = parseCommand(typed);
      if (speech.kind === "room") expect(command.kind).toBe("say");
      else if (speech.kind === "private")
        expect(command).toMatchObject({ kind: "private", to: speech.to });
      else expect(["say", "private"]).not.toContain(command.kind);
    }),
    { numRuns: 2000 },
  );
});

describe("what failed goes back to be written anew, to the same", () => {
  test.for([
    ["hello", undefined, "hello"],
    ["@bob is late", undefined, "/say @bob is late"],
    ["/say it", undefined, "/say /say it"],
    ["psst", "bob", "@bob psst"],
    ["@carol is late", "bob", "/msg bob @carol is late"],
  ] as const)("%j, for %s", ([text, to, line]) => {
    expect(lineOf(text, to)).toBe(line);
  });

  test("whatever it is", () => {
    fc.assert(
      fc.property(near, (written) => {
        const text = cleaned(written);
        fc.pre(text !== "");
        const to = "bob";
        expect(readSpeech(lineOf(text))).toEqual({ kind: "room", text });
        expect(readSpeech(lineOf(text, to))).toEqual({
          kind: "private",
          to,
          text,
        });
      }),
    );
  });

  test("nothing is put beside what goes elsewhere", () => {
    for (const line of ["@bob psst", " @bob psst", "/rotate it", "/say it"])
      expect(isPlain(line)).toBe(false);
    expect(isPlain(" hello ")).toBe(true);
  });
});

test("what no text may hold is taken out rather than refused", () => {
  expect(cleaned("a\u0007b\u202ec\ud800d\te")).toBe("abc\ufffdd\te");
});
