// Locales: every language has every text, with the same names and numbers in it.
import { describe, expect, test } from "vitest";
import {
  CLOSE_CODES,
  ERROR_REASONS,
  ERRORS,
} from "../../src/protocol/errors.ts";
import { explainError } from "../../src/web/error-text.ts";
import { laterErrorTexts } from "../../src/web/later-errors.ts";
import { english as en } from "../../src/web/locales/en.ts";
import { englishModeration } from "../../src/web/locales/moderation-en.ts";
import { englishTools } from "../../src/web/locales/tools-en.ts";
import { chineseTools } from "../../src/web/locales/tools-zh.ts";
import { chinese as zh } from "../../src/web/locales/zh.ts";

/** Those of the first view, and those of the parts that load later. */
const TEXTS = {
  en: { ...en, ...tools(en, englishTools) },
  zh: { ...zh, ...tools(zh, chineseTools) },
};

test("a user reads each text of moderation, and none in its place", () => {
  expect(englishTools).toMatchObject(englishModeration);
});

function tools<Texts extends object>(first: object, later: Texts): Texts {
  const both = Object.keys(later).filter((key) => key in first);
  expect(both, "in both tables").toEqual([]);
  return later;
}

/** As many arguments as any text takes. */
const ARGUMENTS = ["<first>", 2] as const;

function samples(words: object): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === "string") all.set(key, value);
    else if (Array.isArray(value)) all.set(key, value.join(", "));
    else {
      const takesNumber =
        /^(?:unread|mentions|memberCount|andMore|peopleCount|collapsed|newestNew|leaveUnsent|unsent|charactersLeft|charactersOver|seconds|minutes|hours|days|replies|pins|openReports|foundEmoji)$/;
      all.set(key, takesNumber.test(key) ? value(2) : value(...ARGUMENTS));
    }
  }
  return all;
}

const english = samples(TEXTS.en);

describe.for(Object.entries(TEXTS))("in %s", ([, words]) => {
  const all = samples(words);
  const later = laterErrorTexts(words);

  test("a user finds exactly the texts that English has", () => {
    expect([...all.keys()].sort()).toEqual([...english.keys()].sort());
  });

  test("a user sees no empty text", () => {
    for (const [key, text] of all) expect(text.trim(), key).not.toBe("");
  });

  test("a user reads the same names and numbers as in English", () => {
    for (const [key, text] of english)
      for (const shown of ["<first>", "2"])
        if (text.includes(shown)) expect(all.get(key), key).toContain(shown);
  });

  test("a user reads every error in the language", () => {
    const closes = Object.values(CLOSE_CODES).map(({ reason }) =>
      reason.replaceAll(" ", "_"),
    );
    const own = ["connection_lost", "no_answer", "no_token", "unknown"];
    const codes = [...Object.keys(ERRORS), ...closes, ...own, "storage"];
    for (const code of codes)
      expect(Object.values(words), code).toContain(
        explainError({ code, message: "words of the server" }, words, later),
      );
    for (const [reason, code] of Object.entries(ERROR_REASONS)) {
      const told = explainError(
        { code, reason, message: "of the server" },
        words,
        later,
      );
      expect(Object.values(words), reason).toContain(told);
      expect(told, reason).not.toBe(
        explainError({ code, message: "" }, words, later),
      );
    }
  });

  test("a user reads how long to wait", () => {
    for (const code of ["username_taken", "rate_limited"]) {
      const told = explainError(
        { code, message: "", retryAfter: 42_000 },
        words,
      );
      expect(told).toContain(words.seconds(42));
    }
  });
});

test("a Chinese user reads Chinese", () => {
  const { messageLabel: _, ...words } = TEXTS.zh;
  for (const [key, text] of samples(words))
    expect(text, key).toMatch(/\p{Script=Han}/u);
});
