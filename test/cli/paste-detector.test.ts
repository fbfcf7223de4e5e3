// Paste detector: tests that the lines of an unmarked paste are one text, and that typed lines are not.
import { describe, expect, test } from "vitest";
import { LineEditor } from "../../src/cli/line-editor.ts";
import { PasteDetector } from "../../src/cli/paste-detector.ts";

const ESC = "\u001b";

/** Whether Enter is text after each of these reads, with that input. */
function heard(reads: readonly string[], text = "@bob one"): boolean[] {
  const detector = new PasteDetector();
  const line = new LineEditor();
  return reads.map((chunk) => {
    detector.onInput(Buffer.from(chunk), line);
    line.set(detector.isPasting ? text : "");
    return detector.isPasting;
  });
}

describe("Enter as text", () => {
  test.for([
    ["@bob psst\rthe rest\r"],
    ["@李雷 你好\r再见\rtail"],
    ["/msg bob psst\r\rthe rest\r"],
    ["> @bob psst\rthe rest\r"],
    ["@bob one\rtwo\r", "three\r"],
  ])("Enter is part of the pasted text %j", (reads) => {
    expect(heard(reads).every(Boolean)).toBe(true);
  });
});

describe("Enter as a key", () => {
  test.for([
    ["hello\r"],
    ["h", "i", "\r"],
    ["hello\rw"],
    ["one\rtwo\r"],
    ["one\r@bob psst\r"],
    ["@bob psst\r/who\r@carol psst\r"],
    ["/retry\r/who\rhello\r"],
    [`@bob a${ESC}\rb${ESC}\rc\r`],
    [`${ESC}[200~@bob one\rtwo\r${ESC}[201~\r`],
  ])("Enter sends each line of %j", (reads) => {
    expect(heard(reads).some(Boolean)).toBe(false);
  });

  test("Enter alone after a paste sends it", () => {
    expect(heard(["@bob one\rtwo\r", "\r"])).toEqual([true, false]);
  });

  test("Enter sends again once the input is empty", () => {
    expect(heard(["@bob one\rtwo\r", "three\r"], "")).toEqual([true, false]);
  });
});

test("text typed before a paste is part of it", () => {
  const detector = new PasteDetector();
  const line = new LineEditor();
  line.set("@bob ");
  expect(detector.onInput("psst\rthe rest\r", line)).toBe(true);
});

test("a paste is reported once, when it begins", () => {
  const detector = new PasteDetector();
  const line = new LineEditor();
  expect(detector.onInput("@bob one\rtwo\r", line)).toBe(true);
  line.set("@bob one\ntwo\n");
  expect(detector.onInput("three\rfour\r", line)).toBe(false);
});
