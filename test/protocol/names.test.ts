// Names: invalid names are refused, names are normalized, lookalikes have equal keys, and the table is the generated one.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { CONFUSABLES } from "../../src/protocol/confusables.ts";
import {
  fold,
  NAME_KEY_VERSION,
  nameKey,
} from "../../src/protocol/name-key.ts";
import {
  ROOM_NAME_MAX,
  readRoomName,
  readUsername,
  USERNAME_MAX,
} from "../../src/protocol/names.ts";
import { generate, PACKAGE_LOOKS } from "../tools/generate-confusables.ts";

/** All code points that a name may hold unchanged. */
const characters = Array.from({ length: 0x110000 }, (_, code) =>
  String.fromCodePoint(code),
).filter(
  (character) =>
    readUsername(`a${character}a`) !== null &&
    character.normalize("NFKC") === character,
);

/** Scripts with many exceptions of spelling and case. */
const TRICKY = [
  ..."aAilI1o0mßẞσςΣſİıŉǰǅﬁΐᾳᾂώаВνΝ각ᄀᆨ꽦ʼůＡ①ㄱ_-.",
  ..."\u0300\u0307\u0308\u0323\u0328\u0345\u05b9\u3099",
];

const character = fc.oneof(
  fc.constantFrom(...TRICKY),
  fc.nat({ max: characters.length - 1 }).map((at) => characters[at] ?? "a"),
);

const username = fc
  .array(character, { minLength: 1, maxLength: USERNAME_MAX })
  .map((picked) => readUsername(picked.join("")) ?? "")
  .filter((name) => name !== "");

function meet(one: string, other: string): boolean {
  const names = [readUsername(one), readUsername(other)];
  const keys = names.map((name) => (name === null ? null : nameKey(name)));
  expect(keys, "both are names").not.toContain(null);
  return keys[0] === keys[1];
}

describe("a name", () => {
  test.each([
    "pascal",
    "李雷",
    "Zoë",
    "हिन्दी",
    "ไทยที่",
    "שָׁלוֹם",
    "محمد",
    "한글",
    "7up",
    "٣٤",
    "a.b-c_d",
    "a_",
  ])("a user may have the name %s, and it is spelled so", (name) => {
    expect(readUsername(name)).toBe(name);
    expect(readRoomName(name)).toBe(name);
  });

  test.each([
    ["ｐascal", "pascal"],
    ["Zoe\u0308", "Zoë"],
    ["ﬁn", "fin"],
    ["x²", "x2"],
  ])("a user who types the name %s gets the name %s", (typed, spelt) => {
    expect(readUsername(typed)).toBe(spelt);
    expect(readRoomName(typed)).toBe(spelt);
  });

  test.each([
    ["is empty", ""],
    ["begins with an underscore", "_a"],
    ["begins with a hyphen", "-a"],
    ["begins with a dot", ".a"],
    ["begins with a mark", "\u0301a"],
    ["ends in a dot", "a."],
    ["ends in an ellipsis, which is three dots", "a…"],
    ["holds a space", "a b"],
    ["holds a no-break space", "a\u00a0b"],
    ["holds a newline", "a\n"],
    ["holds a NUL", "a\0b"],
    ["holds a C1 control", "a\u0085b"],
    ["holds a bidi override", "a\u202eb"],
    ["holds a bidi mark", "a\u200fb"],
    ["holds a zero-width joiner", "a\u200db"],
    ["holds a zero-width non-joiner", "a\u200cb"],
    ["holds a zero-width space", "a\u200bb"],
    ["holds a soft hyphen", "a\u00adb"],
    ["holds a byte order mark", "\ufeffa"],
    ["holds a variation selector", "a\ufe0f"],
    ["holds a combining grapheme joiner", "a\u034fb"],
    ["is a Hangul filler", "\u3164"],
    ["is a halfwidth Hangul filler", "\uffa0"],
    ["holds an invisible Khmer vowel", "a\u17b4"],
    ["holds an emoji", "bob👍🏽"],
    ["holds half of a surrogate pair", "a\ud83d"],
    ["holds a slash", "a/b"],
    ["holds a fraction, whose bar is no letter", "a½"],
    ["holds an at sign", "bob@home"],
    ["holds a comma", "bob,"],
    ["holds a private-use character", "a\ue000"],
  ])("a user may not have a name that %s", (_reason, raw) => {
    expect(readUsername(raw)).toBeNull();
    expect(readRoomName(raw)).toBeNull();
  });

  test.each([
    ["user", readUsername, USERNAME_MAX],
    ["room", readRoomName, ROOM_NAME_MAX],
  ])(
    "the name of a %s is as long as its limit, in characters",
    (_kind, read, max) => {
      for (const letter of ["a", "雷", "𐐨"]) {
        expect(read(letter.repeat(max))).toBe(letter.repeat(max));
        expect(read(letter.repeat(max + 1))).toBeNull();
      }
      expect(read("e\u0301".repeat(max))).toBe("é".repeat(max));
      expect(read("e\u0301".repeat(max + 1))).toBeNull();
      expect(read("ﷺ".repeat(max))).toBeNull();
    },
  );

  test("a name that is far too long for a user is refused unread", () => {
    const normalize = vi.spyOn(String.prototype, "normalize");
    expect(readUsername("a".repeat(4 * USERNAME_MAX + 1))).toBeNull();
    expect(readRoomName("a".repeat(4 * ROOM_NAME_MAX + 1))).toBeNull();
    expect(normalize).not.toHaveBeenCalled();
    normalize.mockRestore();
  });

  test("the name of a user that was read once is read the same again", () => {
    fc.assert(
      fc.property(username, (name) => {
        expect(readUsername(name)).toBe(name);
        expect(readRoomName(name)).toBe(name);
      }),
    );
  });

  test("any name that a user types is read without an exception", () => {
    const units = fc.array(fc.nat({ max: 0xffff }), { maxLength: 300 });
    fc.assert(
      fc.property(units, (codes) => {
        const raw = String.fromCharCode(...codes);
        const name = readRoomName(raw);
        expect([null, raw.normalize("NFKC")]).toContain(name);
      }),
    );
  });
});

describe("who meets whom", () => {
  test.each([
    ["pascal", "PASCAL"],
    ["pascal", "pаscаl"],
    ["pascal", "ｐascal"],
    ["Ian", "lan"],
    ["İan", "ian"],
    ["ıan", "ian"],
    ["i\u0307an", "ian"],
    ["ị\u0307an", "ịan"],
    ["user1", "userl"],
    ["user1", "user١"],
    ["b0b", "bob"],
    ["Bernard", "Bemard"],
    ["straße", "STRASSE"],
    ["straße", "STRAẞE"],
    ["ΟΔΥΣΣΕΥΣ", "οδυσσευς"],
    ["ΑΣ1", "ΑΣl"],
    ["ŉoo", "ʼnoo"],
    ["ﬁona", "FIONA"],
    ["Zoë", "ZOE\u0308"],
    ["BOB", "ВОВ"],
    ["bob", "вов"],
    ["TOM", "ТОМ"],
    ["MAX", "ΜΑΧ"],
  ])("the users %s and %s have the same name", (one, other) => {
    expect(meet(one, other)).toBe(true);
  });

  test.each([
    ["李雷", "李蕾"],
    ["Zoe", "Zoë"],
    ["anna", "hanna"],
    ["van", "nan"],
    ["pat", "rat"],
    ["हिन्दी", "हिन्दि"],
    ["ไทยที่", "ไทยที"],
    ["a.b", "a_b"],
    ["bob", "bob_"],
    ["user2", "user3"],
  ])("the users %s and %s have different names", (one, other) => {
    expect(meet(one, other)).toBe(false);
  });

  test("the name of a user is the same in any case and any normal form", () => {
    fc.assert(
      fc.property(username, (name) => {
        const key = nameKey(name);
        expect(nameKey(name.toUpperCase())).toBe(key);
        expect(nameKey(name.toLowerCase())).toBe(key);
        expect(nameKey(name.normalize("NFD"))).toBe(key);
        expect(nameKey(name.normalize("NFKD"))).toBe(key);
      }),
      { numRuns: 1000 },
    );
  });

  test("two spellings of a user's name are the same, whichever comes first", () => {
    const spellings = ["aAаАαΑａ", "ilI1ıІӏ١", "oO0оОοΟ", "pPрРρΡ", "bBвВβΒʙ"];
    const letter = fc.constantFrom(...spellings).chain((looks) => {
      const look = fc.constantFrom(...looks);
      return fc.tuple(look, look);
    });
    fc.assert(
      fc.property(fc.array(letter, { minLength: 1, maxLength: 9 }), (word) => {
        const one = word.map(([first]) => first).join("");
        const other = word.map(([, second]) => second).join("");
        expect(meet(one, other)).toBe(true);
        expect(meet(other, one)).toBe(true);
      }),
    );
  });

  test("the key of the key of a user's name is that key", () => {
    fc.assert(
      fc.property(username, (name) => {
        expect(nameKey(nameKey(name))).toBe(nameKey(name));
      }),
      { numRuns: 1000 },
    );
    const restless = characters.filter((one) => {
      const key = nameKey(`a${one}`);
      return nameKey(key) !== key;
    });
    expect(restless).toEqual([]);
  });

  test("a user may type an upper or a lower case letter of a name for the other", () => {
    const apart = characters.flatMap((one) =>
      [one.toUpperCase(), one.toLowerCase()].filter(
        (other) => fold(one) !== fold(other),
      ),
    );
    expect(apart).toEqual([]);
  });

  test("the key of a user's name has at most 224 characters", () => {
    const lengths = characters.map((one) => nameKey(one).length);
    const longest = lengths.reduce((one, other) => Math.max(one, other));
    expect(longest * USERNAME_MAX).toBe(224);
    expect(nameKey("꽦".repeat(USERNAME_MAX))).toHaveLength(224);
    fc.assert(
      fc.property(username, (name) => {
        expect(nameKey(name).length).toBeLessThanOrEqual(
          longest * [...name].length,
        );
      }),
    );
  });
});

describe("the look-alike table", () => {
  test("users' names are compared by the table that the package gives (else: npm run generate)", () => {
    const file = new URL("../../src/protocol/confusables.ts", import.meta.url);
    expect(generate()).toBe(readFileSync(file, "utf8"));
  });

  test("a changed table has a new version, which the claims of users store", () => {
    const hash = createHash("sha256").update(CONFUSABLES).digest("hex");
    expect([NAME_KEY_VERSION, hash.slice(0, 8)]).toEqual([1, "1648872b"]);
  });

  const apart = PACKAGE_LOOKS.filter(([one, look]) => {
    const names = [readUsername(`a${one}z`), readUsername(`a${look}z`)];
    const [key, other] = names.map((name) => name && nameKey(name));
    return key && other && key !== other;
  });

  test("users' names with lower-case look-alikes are the same, except for some with a capital like ours", () => {
    const lower = apart.filter(([one]) => fold(one) === one);
    expect(lower.map((pair) => pair.join(" "))).toEqual(["η n̩", "ꞵ ß", "β ß"]);
  });

  test("users' names with capitals like ours are the same, except for some that look different in lower case", () => {
    const capitals = apart.filter(
      ([one, look]) => fold(one) !== one && /^[A-Z0-9]$/.test(look),
    );
    const own = capitals.filter(([one]) => one.normalize("NFKC") === one);
    expect(own.map(([one]) => one).join(" ")).toBe("Ƽ 𑢦 Ν 𑢵 𑢼 Υ 𑢤");
  });
});
