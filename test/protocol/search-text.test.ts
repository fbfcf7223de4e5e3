// Search text tests: words are found whatever their case, width and quotes are, and inside of other words.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  foldSearch,
  isSearchable,
  matchesSearch,
  searchWords,
} from "../../src/protocol/search-text.ts";

const finds = (search: string, text: string) =>
  matchesSearch(text, searchWords(search));

describe("a user who searches", () => {
  test.for([
    ["fox", "The FOX"],
    ["ＦＯＸ", "a fox"],
    ["fox red", "red fox"],
    ["ship", "shipping"],
    ["strasse", "Große Straße"],
    ["STRAẞE", "strasse"],
    ["狐", "赤い狐です"],
    ["ｶﾞ", "ガ"],
    ["cafe\u0301", "Café"],
    ["don't", "I don’t know"],
    ['"quoted"', "“Quoted”"],
    ["👍", "good 👍🏽"],
    ["❤", "I ❤️ it"],
    ["ὀδυσσεύς", "ὈΔΥΣΣΕΎΣ"],
    ["12:30", "at 12:30 sharp"],
    [" fox \u3000 red ", "red fox"],
  ] as const)("for %s finds %s", ([search, text]) => {
    expect(finds(search, text)).toBe(true);
  });

  test.for([
    ["fox hen", "a red fox"],
    ["cafe", "Café"],
    ["redfox", "red fox"],
    ["狐狸", "赤い狐です"],
  ] as const)("for %s does not find %s", ([search, text]) => {
    expect(finds(search, text)).toBe(false);
  });

  test.for(["", " ", "x", " x ", "x x", "\ufe0f", "?"])(
    "for %j is told that it is too short",
    (search) => {
      expect(isSearchable(search)).toBe(false);
    },
  );

  test.for(["ab", "a b", "狐", "👍", "é"])("may search for %j", (search) => {
    expect(isSearchable(search)).toBe(true);
  });
});

test("a user finds each text by any part of it", () => {
  const character = fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 });
  const characters = fc.array(character, { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(characters, fc.nat(), fc.nat(19), (whole, at, size) => {
      const from = at % whole.length;
      const part = whole.slice(from, from + 1 + size).join("");
      expect(finds(part, whole.join(""))).toBe(true);
      const folded = foldSearch(whole.join(""));
      expect(foldSearch(folded)).toBe(folded);
    }),
  );
});
