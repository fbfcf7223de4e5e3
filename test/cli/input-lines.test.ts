// Input lines: tests that a script's input is split at line feeds only, in whatever chunks it comes.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type InputLine, inputLines } from "../../src/cli/input-lines.ts";
import { parseJsonLine } from "../../src/cli/json-input.ts";

async function read(...chunks: Uint8Array[]): Promise<InputLine[]> {
  async function* all() {
    yield* chunks;
  }
  return Array.fromAsync(inputLines(all()));
}

const bytes = (text: string) => new TextEncoder().encode(text);
const lines = (...texts: string[]) => texts.map((text) => ({ text }));

describe("lines", () => {
  test.for([
    ["one\ntwo\n", ["one", "two"]],
    ["one\r\ntwo", ["one", "two"]],
    ["one\rtwo\r\n", ["one\rtwo"]],
    ["\n\nx", ["", "", "x"]],
    ["", []],
    ["a\u2028b\u2029c\u0085d\ve\ff", ["a\u2028b\u2029c\u0085d\ve\ff"]],
    ["a\0b\n", ["a\0b"]],
    ["\ufeffone\n\ufefftwo", ["one", "\ufefftwo"]],
    ["\ufeff\ufeffone", ["\ufeffone"]],
  ] as const)("a script's input %j has these lines", async ([input, texts]) => {
    expect(await read(bytes(input))).toEqual(lines(...texts));
  });

  test("a line that is not UTF-8 is refused, and the next one is read", async () => {
    const input = Uint8Array.of(0x40, 0xff, 0x0a, 0x61);
    expect(await read(input)).toEqual([
      { text: null, error: expect.any(String) },
      ...lines("a"),
    ]);
  });

  test("a line that is too long is refused, and the next one is read", async () => {
    const piece = new Uint8Array(400_000).fill(0x61);
    expect(await read(piece, piece, piece, bytes("a\nb"))).toEqual([
      { text: null, error: expect.stringContaining("1048576") },
      ...lines("b"),
    ]);
  });
});

test("lines do not depend on the chunks in which they come", async () => {
  const text = fc.string({
    unit: fc.constantFrom("a", "😀", "\n", "\r", "\u2028", "\ufeff", "é"),
  });
  const cuts = fc.array(fc.nat(60));
  await fc.assert(
    fc.asyncProperty(text, cuts, async (input, places) => {
      const whole = bytes(input);
      const at = [0, ...places.sort((a, b) => a - b), whole.length];
      const pieces = at.map((from, n) => whole.subarray(from, at[n + 1]));
      expect(await read(...pieces)).toEqual(await read(whole));
      const { length } = input.split("\n");
      const isEnded = input === "" || input.endsWith("\n");
      expect(await read(whole)).toHaveLength(isEnded ? length - 1 : length);
    }),
  );
});

describe("JSON", () => {
  const kindOf = (text: string) => parseJsonLine({ text }).command.kind;

  test.for([
    ['{"type":"message","text":"hello"}', "message"],
    ['  {"type":"message","text":"hello"}  ', "message"],
    ['{"type":"message","text":"/rotate secret"}', "message"],
    ['{"type":"private","to":"bob","text":"psst"}', "private"],
    ['{"type":"history","limit":3}', "history"],
    ['{"type":"search","text":"red fox","before":9}', "search"],
    ['{"type":"who"}', "who"],
    ['{"type":"register"}', "register"],
    ['{"type":"release"}', "release"],
    ['{"type":"block","username":"bob"}', "block"],
    ['{"type":"unblock","username":"bob"}', "unblock"],
    ["", "empty"],
    [" \t", "empty"],
  ] as const)(
    "the JSON line %j is a command of the kind %s",
    ([line, kind]) => {
      expect(kindOf(line)).toBe(kind);
    },
  );

  test.for([
    "hello",
    "@bob psst",
    "/say hello",
    '"hello"',
    "null",
    "17",
    '[{"type":"message","text":"hello"}]',
    '{"type":"message","text":"hello"',
    '{"type":"message","text":"hello"} x',
    '\ufeff{"type":"message","text":"hello"}',
    '\u00a0{"type":"message","text":"hello"}',
    '{"type":"message","text":"psst","to":"bob"}',
    '{"type":"private","to":"bob","text":"psst","type":"message"}',
    '{"type":"private","to":["bob"],"text":"psst"}',
    '{"type":"Message","text":"hello"}',
    '{"type":"block","username":"@bob"}',
    "\ufeff",
  ])("the JSON line %j is refused", (line) => {
    expect(kindOf(line)).toBe("invalid");
  });

  test("a line that is no object with the type of a message is never sent", () => {
    const line = fc.oneof(fc.string({ unit: "binary" }), fc.json());
    fc.assert(
      fc.property(line, (text) => {
        expect(["message", "private"]).not.toContain(kindOf(text));
      }),
    );
  });
});
