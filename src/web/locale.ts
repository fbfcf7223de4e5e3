// Locale: picks the language of the page and the locale of its dates from the browser's preferences.

/** The name of each language in that language, in the order of the buttons. */
export const LANGUAGES = { en: "English", zh: "中文" } as const;
export type Language = keyof typeof LANGUAGES;

/**
 * Returns the first preferred language that has texts. The formats are
 * "zh-Hant-TW" and, on some systems, "zh_CN.UTF-8".
 */
export function pickLanguage(preferred: readonly string[]): Language {
  return preferred.map(languageOf).find((code) => code !== null) ?? "en";
}

/**
 * Returns the first preferred locale of that language that `Intl` accepts. Some
 * browsers list "en-US@posix", for which `Intl` throws a RangeError.
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
