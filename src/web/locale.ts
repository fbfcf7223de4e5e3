// Locale: picks the language of the page and the locale of its dates from the wishes of the browser.

/** Each language's own name, in the order in which they are offered. */
export const LANGUAGES = { en: "English", zh: "中文" } as const;
export type Language = keyof typeof LANGUAGES;

/**
 * The first of some wishes that there are texts for: "zh-Hant-TW", or as some
 * systems write it, "zh_CN.UTF-8".
 */
export function pickLanguage(preferred: readonly string[]): Language {
  return preferred.map(languageOf).find((code) => code !== null) ?? "en";
}

/**
 * The first wish in that language that `Intl` takes. "en-US@posix", which is in
 * the list of some browsers, is none: `Intl` throws a RangeError at it.
 */
export function localeFor(
  language: Language,
  preferred: readonly string[],
): string {
  for (const tag of preferred) {
    const locale = languageOf(tag) === language ? canonicalLocale(tag) : null;
    if (locale !== null) return locale;
  }
  return language;
}

function canonicalLocale(tag: string): string | null {
  const [plain = ""] = tag.split(/[.@]/);
  try {
    const [locale = null] = Intl.getCanonicalLocales(
      plain.replaceAll("_", "-"),
    );
    return locale;
  } catch {
    return null;
  }
}

function languageOf(tag: string): Language | null {
  const [code = ""] = tag
    .trim()
    .toLowerCase()
    .split(/[-_.@]/);
  return isLanguage(code) ? code : null;
}

function isLanguage(code: string): code is Language {
  return Object.hasOwn(LANGUAGES, code);
}
