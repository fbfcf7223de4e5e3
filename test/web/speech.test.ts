// What is typed goes to whom it was meant for, and as the server takes it.
import { describe, expect, test } from "vitest";
import { cleaned, readSpeech, whisperTo } from "../../src/web/speech.ts";

describe("in a room", () => {
  test.for([
    ["hello", { kind: "room", text: "hello" }],
    ["  two\r\nlines  ", { kind: "room", text: "two\nlines" }],
    ["hello @bob", { kind: "room", text: "hello @bob" }],
    ["@bob psst", { kind: "private", to: "bob", text: "psst" }],
    ["@bob, psst", { kind: "private", to: "bob", text: "psst" }],
    ["@李雷: 你好\n吗", { kind: "private", to: "李雷", text: "你好\n吗" }],
    ["@bob", { kind: "room", text: "@bob" }],
    ["@ bob", { kind: "room", text: "@ bob" }],
    ["@!? what", { kind: "room", text: "@!? what" }],
    [" \n\t ", { kind: "nothing" }],
    ["\u3164\u00ad", { kind: "nothing" }],
    ["@bob \u3164", { kind: "nothing" }],
  ] as const)("%j", ([typed, speech]) => {
    expect(readSpeech(typed)).toEqual(speech);
  });

  test("who will read it is told before it is sent", () => {
    expect(whisperTo("@bob ")).toBe("bob");
    expect(whisperTo("@bob, ps")).toBe("bob");
    expect(whisperTo("@bob")).toBeNull();
    expect(whisperTo("hello @bob ")).toBeNull();
  });
});

test("what no text may hold is taken out rather than refused", () => {
  expect(cleaned("a\u0007b\u202ec\ud800d\te")).toBe("abc\ufffdd\te");
});
