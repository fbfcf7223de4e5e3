// How things are said in a language: which one it is, for how long, and why something was refused.
import type { ErrorCode, ErrorReason } from "../protocol/errors.ts";
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

/** As the SDK has it: `reason` makes the code exact. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly reason?: string | undefined;
  /** Milliseconds. */
  readonly retryAfter?: number | undefined;
}

/** What to say about an error: its reason or code in our words, or the server's. */
export function explain(error: Failure, words: Texts): string {
  const { code, message, reason = "", retryAfter = 0 } = error;
  const time = retryAfter >= WAIT_MIN_MS ? span(retryAfter, words) : null;
  if (time !== null && code === "username_taken") return words.takenWait(time);
  if (time !== null && code === "rate_limited")
    return words.rateLimitedWait(time);
  const table: Readonly<Record<string, string>> = {
    ...byCode(words),
    ...byReason(words),
  };
  return table[reason] ?? table[code] ?? message;
}

/** A shorter wait is over before it has been read. */
const WAIT_MIN_MS = 1000;

/** A reason of the page's own: the key is not one that was typed. */
export const KEPT_KEY = "kept_key";

function byReason(words: Texts): Record<ErrorReason | typeof KEPT_KEY, string> {
  return {
    [KEPT_KEY]: words.unauthorizedKept,
    name_reserved: words.nameReserved,
    no_guests: words.noGuests,
    token_expired: words.tokenExpired,
    room_private: words.roomPrivate,
    room_not_in_token: words.roomNotInToken,
    no_such_room: words.noSuchRoom,
    too_many_rooms: words.tooManyRooms,
    registration_off: words.registrationOff,
    name_from_app: words.nameFromApp,
    secret_replaced: words.secretReplaced,
    too_many_blocked: words.tooManyBlocked,
  };
}

function byCode(words: Texts): Record<ErrorCode, string> {
  const own: Readonly<Record<string, string>> = {
    kicked: words.kicked,
    replaced: words.replaced,
    name_reclaimed: words.reclaimed,
    room_closed: words.roomClosed,
    refused: words.forbidden,
    going_away: words.connectionLost,
    restarted: words.connectionLost,
    slow: words.connectionLost,
    flood: words.rateLimited,
    connection_lost: words.connectionLost,
    no_answer: words.unavailable,
    no_token: words.tokenExpired,
    closed: words.connectionLost,
    unknown: words.unknown,
    storage: words.storage,
  };
  return {
    ...own,
    bad_request: words.badRequest,
    not_joined: words.refused,
    already_joined: words.badRequest,
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
    unsupported: words.badRequest,
    unavailable: words.unavailable,
    internal: words.unavailable,
  };
}

/** What to say about something that was asked of the server and refused. */
export function explainDeed(error: unknown, words: Texts): string {
  const { code = "", message = "", ...more } = error as Partial<Failure>;
  return code === "forbidden" && more.reason === undefined
    ? words.notAllowed
    : explain({ code, message, ...more }, words);
}
