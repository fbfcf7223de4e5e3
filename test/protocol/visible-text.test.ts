// Visible text: invisible texts and stacked marks are found.
import { describe, expect, test } from "vitest";
import {
  hasStackedMarks,
  isVisible,
  MARKS_MAX,
} from "../../src/protocol/visible-text.ts";

describe("nothing can be seen of", () => {
  test.for([
    ["the Hangul filler", "\u3164"],
    ["its halves", "\u115f\u1160\uffa0"],
    ["a soft hyphen", "\u00ad"],
    ["the blank of Braille", "\u2800\u2800"],
    ["zero-width characters", "\u200b\u200c\u200d\u2060\ufeff"],
    ["bidi marks and isolates", "\u200e\u200f\u061c\u2066\u2069"],
    ["variation selectors alone", "\ufe0f\ufe0e\u{e0101}\u180b\u180f"],
    ["tags alone", "\u{e0001}\u{e0062}\u{e007f}"],
    ["Khmer's inherent vowels", "\u17b4\u17b5"],
    ["a grapheme joiner", "\u034f"],
    ["invisible operators", "\u2061\u2062\u2063\u2064"],
    ["shorthand and musical controls", "\u{1bca0}\u{1d173}\u{1d17a}"],
    ["a note without a head", "\u{1d159}"],
    ["blank hieroglyphs and their controls", "\u{13441}\u{13442}\u{13430}"],
    ["a Khitan filler", "\u{16fe4}"],
    ["annotations without text", "\ufff9\ufffa\ufffb\ufffc"],
    ["blanks of all kinds", " \t\n\u00a0\u1680\u2003\u202f\u205f\u3000"],
    ["all of that at once", "\u3164 \u00ad\u200b\n\u2800\ufe0f\u{e0020}"],
    ["nothing", ""],
  ] as const)("a user sees nothing of %s", ([, text]) => {
    expect(isVisible(text)).toBe(false);
  });

  test("a user sees nothing of text that this runtime knows to be ignorable, or blank", () => {
    const nothing = /[\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Z}]/u;
    const missed: string[] = [];
    for (let code = 0; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code);
      if (nothing.test(character) && isVisible(character))
        missed.push(code.toString(16));
    }
    expect(missed).toEqual([]);
  });
});

describe("something can be seen of", () => {
  test.for([
    ["a family", "👨‍👩‍👧"],
    ["a heart in colours", "❤️"],
    ["a flag of tags", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"],
    ["a keycap", "1️⃣"],
    ["Persian with its joiner", "می‌خواهم"],
    ["an Indic conjunct", "क्‍ष"],
    ["Thai", "สวัสดี"],
    ["Vietnamese, in pieces", "Việt".normalize("NFD")],
    ["Hebrew with points", "שָׁלוֹם"],
    ["Hangul, in pieces", "한".normalize("NFD")],
    ["an Arabic number sign", "\u0600"],
    ["a full stop", "."],
    ["a letter among what cannot be", "\u3164\u00ada\u200b"],
    ["a character of a Unicode to come", "\u{3fffd}"],
    ["a letter of somebody's own font", "\ue000"],
    ["a mark alone", "\u0e31"],
  ] as const)("a user sees something of %s", ([, text]) => {
    expect(isVisible(text)).toBe(true);
  });
});

describe("marks on one letter", () => {
  test.for([
    ["Vietnamese, in pieces", "Nguyễn Thị Ngọc".normalize("NFD")],
    ["Hebrew with points", "שָׁלוֹם"],
    ["Tibetan", "བསྒྲུབས"],
    ["Burmese", "ကျွန်ုပ်"],
    ["Thai", "ที่นี่"],
    ["as many as may be", `a${"\u0301".repeat(MARKS_MAX)}b\u0301`],
  ] as const)("a user sees no stacked marks in %s", ([, text]) => {
    expect(hasStackedMarks(text)).toBe(false);
  });

  test.for([
    ["one more than may be", `a${"\u0301".repeat(MARKS_MAX + 1)}`],
    ["many of many kinds", "Z\u0310\u0302\u034c\u0360\u0317\u0489"],
    [
      "such as are parted by what is not seen",
      "a\u0301\u0301\u200c\u0301\u200b\u0301\u2060\u0301",
    ],
  ] as const)("a user sees stacked marks in %s", ([, text]) => {
    expect(hasStackedMarks(text)).toBe(true);
  });
});
