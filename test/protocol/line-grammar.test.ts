// The line grammar: only what surely is plain text is said to all, however it is disguised.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCommand } from "../../src/cli/commands.ts";
import { COMMAND_WORDS, readLine } from "../../src/protocol/line-grammar.ts";
import { readTypedLine } from "../../src/protocol/typed-line.ts";

const SECRETS = ["/rotate SECRET", "/join n SECRET", "@bob psst", '{"a":1}'];

describe("surely plain text", () => {
  test.for([
    "hello",
    "  hello",
    "\u3000你好",
    "\ufeffhello",
    "hello @bob",
    "hello /rotate x",
    "hello\n/rotate x",
    "hello\n@bob psst",
    "either/or",
    "http://example.com/",
    "./run.sh fails",
    ":/ that is bad",
    "¯\\_(ツ)_/¯",
    "\\o/",
    "3/4 are done",
    "1. @bob looks at it",
    "👍 @bob",
    "“hello” he said",
    '"hello"',
    "[1,2]",
    'x = {"a":1}',
    "-1",
    "...",
    "",
    "   ",
  ])("%j", (line) => {
    expect(readLine(line)).toEqual({ kind: "text", text: line });
  });
});

describe("not surely plain text", () => {
  test.for([
    ["/rotate: SECRET", "command"],
    ["/rotateSECRET", "command"],
    ["/ROTATE SECRET", "command"],
    ["/ rotate SECRET", "command"],
    ["//rotate SECRET", "command"],
    ["／rotate SECRET", "lookalike"],
    ["∕rotate SECRET", "lookalike"],
    ["、rotate SECRET", "prefix"],
    ["\\rotate SECRET", "prefix"],
    ['"/rotate SECRET"', "prefix"],
    ["> /rotate SECRET", "prefix"],
    ["$ /Rotate SECRET", "prefix"],
    ["➜ /rotate SECRET", "prefix"],
    ["🔒 /rotate SECRET", "prefix"],
    ["\n/rotate SECRET", "prefix"],
    ["＠bob psst", "lookalike"],
    ["﹫bob psst", "lookalike"],
    ['"@bob psst"', "prefix"],
    ["> @bob psst", "prefix"],
    ["!@bob psst", "prefix"],
    ["(@ bob psst)", "prefix"],
    ["@bob! my secret", "name"],
    ["@bob： psst", "name"],
    ["@bob，你好", "address"],
    ["@bob:psst", "address"],
    ["@ bob psst", "address"],
    ["@@bob psst", "name"],
    ["@bob", "address"],
    ["@bob ", "noText"],
    ["@ann, @ben can you both look?", "several"],
    ["@ann @ben hi", "several"],
    ["@ann,@ben hi", "several"],
    ["@ann and @ben, hi", "several"],
    ["@ann 和 ＠ben 你好", "several"],
    ["@ann (@ben knows) hi", "several"],
    ["｛“type”:1｝", "lookalike"],
    ['[{"type":"private"}]', "json"],
    ['"{\\"type\\":\\"private\\"}"', "json"],
    ['the rest","ref":1}', "json"],
    ["  text: 'psst',", "json"],
    ['["@bob psst"]', "prefix"],
  ] as const)("%j", ([line, why]) => {
    expect(readLine(line)).toMatchObject({ kind: "unclear", why });
  });

  test("the one who is addressed first is known, where that is sure", () => {
    expect(readLine("@ann, @ben hi")).toHaveProperty("to", "ann");
    expect(readLine("@bob: ")).toHaveProperty("to", "bob");
    // The name may go on.
    expect(readLine("@bob")).toHaveProperty("to", null);
  });

  test("a second name further on is a part of the text", () => {
    const text = "psst, @carol";
    expect(readLine(`@bob ${text}`)).toEqual({
      kind: "private",
      to: "bob",
      text,
    });
  });
});

const unseen = fc.constantFrom(
  ...[" ", "\t", "\r", "\n", "\0", "\u001b", "\u007f", "\u0085", "\u00a0"],
  ...["\u00ad", "\u034f", "\u061c", "\u115f", "\u180e", "\u2000", "\u200b"],
  ...["\u200d", "\u200e", "\u2028", "\u2029", "\u202e", "\u202f", "\u2060"],
  ...["\u2066", "\u2800", "\u3000", "\u3164", "\ufe0f", "\ufeff", "\uffa0"],
  ...["\ufffd", "\u{e0041}", "\u0301", "\ud800", "\ue000"],
);

test("whatever is not seen before a command, an address or JSON: it is refused", () => {
  const prefix = fc.string({ unit: unseen, minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(prefix, fc.constantFrom(...SECRETS), (blank, line) => {
      expect(readLine(blank + line)).toMatchObject({
        kind: "unclear",
        why: "prefix",
      });
    }),
  );
});

test("marks and blanks before a command or an address: it is refused", () => {
  const marks = fc.constantFrom(...`"'\`([<>-*!.,:;#$%&~|+=^“‘«、。（「¿`);
  const prefix = fc.string({ unit: fc.oneof(marks, unseen), maxLength: 6 });
  const word = fc.constantFrom(...COMMAND_WORDS);
  const line = fc.oneof(
    word.map((known) => `/${known} SECRET`),
    fc.constant("@bob psst"),
  );
  fc.assert(
    fc.property(prefix, line, (before, meant) => {
      fc.pre(before !== "");
      expect(readLine(before + meant).kind).toBe("unclear");
    }),
  );
});

test("no line of a frame that was printed over several is plain text", () => {
  const frame = fc.record(
    {
      type: fc.constant("private"),
      to: fc.string(),
      text: fc.string({ unit: "binary" }),
      ref: fc.oneof(fc.integer(), fc.string()),
      more: fc.array(fc.oneof(fc.string(), fc.integer(), fc.boolean())),
    },
    { requiredKeys: ["type", "to", "text"] },
  );
  const indent = fc.constantFrom(1, 2, 4, 8, "\t");
  fc.assert(
    fc.property(frame, indent, (object, space) => {
      for (const line of JSON.stringify(object, null, space).split("\n"))
        expect(readLine(line).kind, line).toBe("unclear");
    }),
  );
});

test("a text is said as it stands or not at all", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (line) => {
      const read = readLine(line);
      if (read.kind === "text") expect(line.startsWith(read.text)).toBe(true);
      if (/^[@/{]/.test(line)) expect(read.kind).not.toBe("text");
    }),
  );
});

/** Lines that are near the edge of the grammar. */
const near = fc
  .array(
    fc.oneof(
      unseen,
      fc.constantFrom(
        ...["@", "/", "{", "＠", "／", "bob", "ann", "rotate", "say ", "msg "],
        ...[" ", ",", ":", "：", '"', "}", "\n", "hello", "and", "!"],
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

test("the server and the terminal take a line for the same", () => {
  fc.assert(
    fc.property(near, (line) => {
      const typed = readTypedLine(line);
      const command = readCommand(line);
      const kinds = { message: "say", private: "private" };
      const frame = "frame" in typed ? typed.frame : {};
      if (frame.type === "message" || frame.type === "private") {
        // Nothing to read: the server refuses it by its schema.
        if (String(frame.text).trim() === "") return;
        const { type, ...rest } = frame;
        expect(command).toEqual({ kind: kinds[type], ...rest });
      } else expect(["say", "private"]).not.toContain(command.kind);
    }),
    { numRuns: 1000 },
  );
});
