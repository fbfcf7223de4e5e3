// Every language says everything, with everything in it.
import { describe, expect, test } from "vitest";
import {
  CLOSE_CODES,
  ERROR_REASONS,
  ERRORS,
} from "../../src/protocol/errors.ts";
import { english as en } from "../../src/web/texts-en.ts";
import { chinese as zh } from "../../src/web/texts-zh.ts";
import {
  explain,
  localeFor,
  pickLanguage,
  span,
} from "../../src/web/wording.ts";

const TEXTS = { en, zh };

/** As many as any text takes. */
const ARGUMENTS = ["<first>", 2] as const;

function samples(words: object): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === "string") all.set(key, value);
    else {
      const takesNumber =
        /^(?:unread|named|here|andMore|peopleCount|folded|newestNew|leaveUnsent|unsent|charactersLeft|charactersOver|seconds|minutes|hours|days)$/;
      all.set(key, takesNumber.test(key) ? value(2) : value(...ARGUMENTS));
    }
  }
  return all;
}

const english = samples(TEXTS.en);

describe.for(Object.entries(TEXTS))("in %s", ([, words]) => {
  const all = samples(words);

  test("every text is there, and none is more", () => {
    expect([...all.keys()].sort()).toEqual([...english.keys()].sort());
  });

  test("no text is empty", () => {
    for (const [key, text] of all) expect(text.trim(), key).not.toBe("");
  });

  test("names and numbers stand where English has them", () => {
    for (const [key, text] of english)
      for (const shown of ["<first>", "2"])
        if (text.includes(shown)) expect(all.get(key), key).toContain(shown);
  });

  test("whatever people may be told of is told in the language", () => {
    const closes = Object.values(CLOSE_CODES).map(({ reason }) =>
      reason.replaceAll(" ", "_"),
    );
    const own = ["connection_lost", "no_answer", "no_token", "unknown"];
    const codes = [...Object.keys(ERRORS), ...closes, ...own, "storage"];
    for (const code of codes)
      expect(Object.values(words), code).toContain(
        explain({ code, message: "words of the server" }, words),
      );
    for (const [reason, code] of Object.entries(ERROR_REASONS)) {
      const told = explain({ code, reason, message: "of the server" }, words);
      expect(Object.values(words), reason).toContain(told);
      expect(told, reason).not.toBe(explain({ code, message: "" }, words));
    }
  });

  test("a wait that is known is told with what it is for", () => {
    for (const code of ["username_taken", "rate_limited"]) {
      const told = explain({ code, message: "", retryAfter: 42_000 }, words);
      expect(told).toContain(words.seconds(42));
    }
  });
});

test("Chinese is Chinese", () => {
  const { said: _, ...words } = TEXTS.zh;
  for (const [key, text] of samples(words))
    expect(text, key).toMatch(/\p{Script=Han}/u);
});

test("an error of a newer server is told in the server's words", () => {
  const { message } = ERRORS.bad_request;
  expect(explain({ code: "brand_new", message }, TEXTS.en)).toBe(message);
});

test("the browser's first language that there is a table for is spoken", () => {
  expect(pickLanguage(["zh-Hant-TW", "en"])).toBe("zh");
  expect(pickLanguage(["de-DE", "en-GB", "zh"])).toBe("en");
  expect(pickLanguage(["", "de"])).toBe("en");
});

test("a language is known however a system writes it", () => {
  for (const wish of ["zh_CN.UTF-8", "zh@pinyin", "ZH", " zh-TW"])
    expect(pickLanguage(["x@y", wish, "en"]), wish).toBe("zh");
});

test("a locale that Intl does not take is passed over", () => {
  const junk = ["en-US@posix", "en-", "en-toolongtag", "en_", "", "*", "en\0"];
  expect(localeFor("en", [...junk, "en-AU"])).toBe("en-US");
  expect(localeFor("en", ["en-", "en-GB@x", "en-AU"])).toBe("en-GB");
  expect(localeFor("zh", ["zh_CN.UTF-8", "zh-TW"])).toBe("zh-CN");
  for (const wish of junk) {
    const locale = localeFor("en", [wish]);
    expect(() => new Intl.DateTimeFormat(locale), wish).not.toThrow();
  }
  expect(localeFor("zh", junk)).toBe("zh");
});

test("a wait is told in a unit that people count in, never too short", () => {
  expect(span(1, TEXTS.en)).toBe("1 second");
  expect(span(59_001, TEXTS.en)).toBe("60 seconds");
  expect(span(125_000, TEXTS.en)).toBe("3 minutes");
  expect(span(3 * 3_600_000, TEXTS.en)).toBe("3 hours");
  expect(span(30 * 86_400_000, TEXTS.zh)).toBe("30 天");
});
