// Locale: the page takes the language and the locale that the browser asks for.
import { expect, test } from "vitest";
import { localeFor, pickLanguage } from "../../src/web/locale.ts";

test("a user gets the first preferred language that the page has", () => {
  expect(pickLanguage(["zh-Hant-TW", "en"])).toBe("zh");
  expect(pickLanguage(["de-DE", "en-GB", "zh"])).toBe("en");
  expect(pickLanguage(["", "de"])).toBe("en");
});

test("a user's language tag is recognized in every format", () => {
  for (const wish of ["zh_CN.UTF-8", "zh@pinyin", "ZH", " zh-TW"])
    expect(pickLanguage(["x@y", wish, "en"]), wish).toBe("zh");
});

test("a user with a locale that Intl rejects gets the next one", () => {
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
