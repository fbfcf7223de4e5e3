// Safe text: tests the texts that users could write to take over a terminal.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { safeJson, safeLine, safeText } from "../../src/cli/safe-text.ts";

const zalgo = `z${"\u0301".repeat(40)}`;

const attacks: readonly (readonly [
  what: string,
  text: string,
  shown: string,
])[] = [
  ["a colour", "\u001b[31mred", "␛[31mred"],
  ["the cursor moved up", "\u001b[5A\rbob: yes", "␛[5A\nbob: yes"],
  ["the screen cleared", "\u001b[2J\u001b[H", "␛[2J␛[H"],
  ["the window's title", "\u001b]0;pwned\u0007", "␛]0;pwned␇"],
  ["the clipboard", "\u001b]52;c;cm0=\u0007", "␛]52;c;cm0=␇"],
  ["a link elsewhere", "\u001b]8;;http://x\u001b\\y", "␛]8;;http://x␛\\y"],
  ["an escape of one character", "\u009b31mred", "\ufffd31mred"],
  ["a device string", "\u0090q\u009c", "\ufffdq\ufffd"],
  ["backspaces over a name", "\b\b\b\bbob", "␈␈␈␈bob"],
  ["a bell", "ding\u0007", "ding␇"],
  ["delete and null", "\u007f\u0000", "␡␀"],
  ["a carriage return alone", "hi\rbob: yes", "hi\nbob: yes"],
  ["other ends of a line", "a\u2028b\u2029c\u0085d\ve\ff", "a\nb\nc\nd\ne\nf"],
  ["a tab", "a\tb", "a    b"],
  ["text turned around", "safe\u202egpj.exe", "safegpj.exe"],
  ["isolates and marks", "\u2066a\u2069\u200f\u200e\u061cb", "ab"],
  ["zero-width characters in a name", "al\u200bi\u2060c\ufeffe", "alice"],
  ["a joiner between letters", "al\u200dice", "alice"],
  ["fillers that look like nothing", "\u3164\u115f\uffa0\u2800|", "|"],
  ["soft hyphens", "a\u00adb", "ab"],
  ["tags that hide text", "hi\u{e0062}\u{e0079}\u{e0065}", "hi"],
  ["selectors that hide bytes", "hi\u{e0101}\u{e0102}", "hi"],
  ["marks that climb over other lines", zalgo, `z${"\u0301".repeat(4)}`],
  [
    "marks between invisible characters",
    `ب${"\u0301".repeat(4)}\u200c${"\u0301".repeat(4)}\u3164\u0301`,
    `ب${"\u0301".repeat(4)}\u200c`,
  ],
  ["half a character", "a\ud800b", "a\ufffdb"],
  ["private use, where a font may draw anything", "\ue000", "\ufffd"],
  ["annotations", "a\ufff9b\ufffac\ufffb", "a\ufffdb\ufffdc\ufffd"],
];

describe("text that could act on a terminal", () => {
  test.for(attacks)("an attacker cannot use %s", ([, text, shown]) => {
    expect(safeText(text)).toBe(shown);
  });

  test("no control character reaches the terminal, whatever a user writes", () => {
    const wild = fc.string({ unit: "binary", maxLength: 60 });
    const marked = fc.constantFrom(...attacks.map(([, text]) => text));
    const texts = fc
      .array(fc.oneof(wild, marked), { maxLength: 4 })
      .map((all) => all.join(""));
    fc.assert(
      fc.property(texts, (text) => {
        expect(safeText(text)).not.toMatch(/(?!\n)\p{Cc}|\p{Bidi_Control}/u);
        expect(safeLine(text)).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
        const json = safeJson({ text });
        expect(json).not.toMatch(/\p{Cc}|\p{Bidi_Control}|\p{Zl}|\p{Zp}/u);
        expect(JSON.parse(json)).toEqual({ text });
      }),
    );
  });

  test("safe text stays as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const once = safeText(text);
        expect(safeText(once)).toBe(once);
      }),
    );
  });
});

describe("text that people write", () => {
  test.for([
    ["a family", "👨‍👩‍👧"],
    ["a skin", "👩🏽‍💻"],
    ["flags", "🇩🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿"],
    ["a heart, and a telephone as text", "❤️ ☎︎"],
    ["a keycap", "1️⃣"],
    ["Persian with its joiner", "می‌خواهم"],
    ["Hindi with its joiner", "क्‍ष नमस्ते"],
    ["Chinese", "李雷和李蕾"],
    ["Hebrew with points", "שָׁלוֹם"],
    ["Vietnamese, in pieces", "Việt".normalize("NFD")],
    ["Thai", "สวัสดี"],
  ] as const)("a user's text stays as it is: %s", ([, text]) => {
    expect(safeText(text)).toBe(text);
  });
});
