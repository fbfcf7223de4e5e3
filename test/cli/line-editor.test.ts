// Line editor: tests keys as a terminal sends them, and the input that results.

import { emitKeypressEvents } from "node:readline";
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { type Key, LineEditor } from "../../src/cli/line-editor.ts";

const ESC = "\u001b";
const keys = {
  left: `${ESC}[D`,
  right: `${ESC}[C`,
  up: `${ESC}[A`,
  down: `${ESC}[B`,
  home: `${ESC}[H`,
  end: `${ESC}[F`,
  delete: `${ESC}[3~`,
  backspace: "\u007f",
  ctrl: (letter: string) => String.fromCharCode(letter.charCodeAt(0) - 96),
  alt: (letter: string) => `${ESC}${letter}`,
  ctrlLeft: `${ESC}[1;5D`,
  altEnter: `${ESC}\r`,
  paste: (text: string) => `${ESC}[200~${text}${ESC}[201~`,
};

/** The input after these bytes, with the cursor as `|`. */
function typed(...bytes: string[]): string {
  const line = new LineEditor();
  const input = new PassThrough();
  input.setEncoding("utf8");
  emitKeypressEvents(input);
  input.on("keypress", (_: unknown, key: Key) => {
    if (key.name === "return" && !key.meta && !line.isPasting) line.submit();
    else line.press(key);
  });
  input.emit("data", Buffer.from(bytes.join("")));
  return `${line.text.slice(0, line.cursor)}|${line.text.slice(line.cursor)}`;
}

describe("the line editor", () => {
  test.for<[what: string, bytes: string[], line: string]>([
    ["letters of any script", ["hé李🎉"], "hé李🎉|"],
    ["in the middle", ["helo", keys.left, "l"], "hell|o"],
    ["to the ends", ["b", keys.home, "a", keys.end, "c"], "abc|"],
    ["Ctrl-A and Ctrl-E", ["b", keys.ctrl("a"), "a", keys.ctrl("e")], "ab|"],
    ["a family is one character", ["a👨‍👩‍👧", keys.backspace], "a|"],
    ["one step over a flag", ["🇩🇪", keys.left], "|🇩🇪"],
    ["a letter with its mark", ["e\u0301", keys.backspace], "|"],
    ["delete removes the next character", ["ab", keys.home, keys.delete], "|b"],
    ["a word back", ["one two", keys.ctrlLeft], "one |two"],
    ["a word deleted", ["one two", keys.ctrl("w")], "one |"],
    ["the line deleted", ["one two", keys.ctrl("u")], "|"],
    [
      "a deleted word is pasted elsewhere",
      ["two one", keys.ctrl("w"), keys.home, keys.ctrl("y")],
      "one|two ",
    ],
    ["backspace at the start does nothing", [keys.backspace, "a"], "a|"],
    ["Alt-Enter begins a new line", ["a", keys.altEnter, "b"], "a\nb|"],
    ["Ctrl-J too", ["a", "\n", "b"], "a\nb|"],
    [
      "home goes to the start of the current line",
      ["a\nbc", keys.home],
      "a\n|bc",
    ],
    ["unknown keys do nothing", [`${ESC}[15~`, `${ESC}[6~`, "a"], "a|"],
  ])("a user edits the input: %s", ([, bytes, line]) => {
    expect(typed(...bytes)).toBe(line);
  });

  test("pasted line breaks send nothing, pasted tabs complete nothing, and escapes are dropped", () => {
    expect(typed(keys.paste("one\rtwo\tthree"))).toBe("one\ntwo\tthree|");
    expect(typed("a", keys.paste(`b${ESC}[31mc`), "d")).not.toContain(ESC);
  });
});

describe("the input history", () => {
  test("the up key recalls the newest line first, and the down key the unfinished one", () => {
    const before = ["one\r", "two\r", "draft"];
    expect(typed(...before, keys.up)).toBe("two|");
    expect(typed(...before, keys.up, keys.up)).toBe("one|");
    expect(typed(...before, keys.up, keys.up, keys.up)).toBe("one|");
    expect(typed(...before, keys.up, keys.down)).toBe("draft|");
    expect(typed(...before, keys.down)).toBe("draft|");
  });

  test("a line that was sent twice is recalled once, and an empty one never", () => {
    expect(typed("one\r", "two\r", "two\r", "\r", keys.up, keys.up)).toBe(
      "one|",
    );
  });

  test.for([
    "/rotate a-secret-of-22-characters",
    " /rotate a-secret-of-22-characters",
    "／rotate a-secret-of-22-characters",
    "/Rotate: a-secret-of-22-characters",
    "/rotatea-secret-of-22-characters",
  ])("a line with a secret is never recalled: %j", (line) => {
    expect(typed("one\r", `${line}\r`, keys.up)).toBe("one|");
  });
});
