// How things are said in a language: which one it is, for how long, and why something was refused.
import type { Texts } from "./texts-en.ts";

/** Each language's own name, in the order in which they are offered. */
export const LANGUAGES = { en: "English", zh: "中文" } as const;
export type Language = keyof typeof LANGUAGES;

/**
 * The first of some wishes that there are texts for: "zh-Hant-TW", or as some
 * systems write it, "zh_CN.UTF-8".
 */
export function pickLanguage(wishes: readonly string[]): Language {
  return wishes.map(languageOf).find((code) => code !== null) ?? "en";
}

/**
 * The first wish in that language that `Intl` takes. "en-US@posix", which is in
 * the list of some browsers, is none: `Intl` throws a RangeError at it.
 */
export function localeFor(
  language: Language,
  wishes: readonly string[],
): string {
  for (const wish of wishes) {
    const locale = languageOf(wish) === language ? canonical(wish) : null;
    if (locale !== null) return locale;
  }
  return language;
}

function canonical(wish: string): string | null {
  const [plain = ""] = wish.split(/[.@]/);
  try {
    const [locale = null] = Intl.getCanonicalLocales(
      plain.replaceAll("_", "-"),
    );
    return locale;
  } catch {
    return null;
  }
}

function languageOf(wish: string): Language | null {
  const [code = ""] = wish
    .trim()
    .toLowerCase()
    .split(/[-_.@]/);
  return isLanguage(code) ? code : null;
}

function isLanguage(code: string): code is Language {
  return Object.hasOwn(LANGUAGES, code);
}

/** For how long, roughly, rounded up: "42 seconds". */
export function span(ms: number, words: Texts): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 120) return words.seconds(seconds);
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 120) return words.minutes(minutes);
  const hours = Math.ceil(minutes / 60);
  return hours < 48 ? words.hours(hours) : words.days(Math.ceil(hours / 24));
}

/** What to say about an error: its code in our words, or the server's. */
export function explain(
  error: { code: string; message: string },
  words: Texts,
): string {
  const known: Readonly<Record<string, string>> = {
    username_taken: words.taken,
    bad_username: words.badUsername,
    bad_room: words.badRoom,
    no_such_user: words.noSuchUser,
    mailbox_full: words.mailboxFull,
    too_large: words.tooLarge,
    rate_limited: words.rateLimited,
    room_full: words.roomFull,
    unauthorized: words.unauthorized,
    forbidden: words.forbidden,
    banned: words.banned,
    muted: words.muted,
    kicked: words.kicked,
    replaced: words.replaced,
    name_reclaimed: words.reclaimed,
    room_closed: words.roomClosed,
    unavailable: words.unavailable,
    unknown: words.unknown,
    storage: words.storage,
  };
  return known[error.code] ?? error.message;
}

/** What to say about something that was asked of the server and refused. */
export function explainDeed(error: unknown, words: Texts): string {
  const { code = "", message = "" } = error as {
    code?: string;
    message?: string;
  };
  return code === "forbidden"
    ? words.notAllowed
    : explain({ code, message }, words);
}
