// Time format: formats times and days in the language and the time zone of the user.

/**
 * Returns the day around a time, from midnight to midnight: it may have 23
 * hours.
 */
export function dayBounds(at: number): { from: number; to: number } {
  const date = new Date(at);
  const from = date.setHours(0, 0, 0, 0);
  const to = date.setDate(date.getDate() + 1);
  // The last possible day has no next one. An invalid time has no day.
  return { from, to: Number.isNaN(to) ? from + DAY_MS : to };
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Returns true for a time that `Date` supports, up to 8.64e15 ms. */
export function isValidTime(at: number): boolean {
  return !Number.isNaN(new Date(at).getTime());
}

/** For the `datetime` attribute of `<time>`; undefined for an invalid time. */
export function isoTime(at: number): string | undefined {
  return isValidTime(at) ? new Date(at).toISOString() : undefined;
}

/**
 * The formats of one language, created once since that is slow. Nothing here
 * throws.
 */
export class TimeFormat {
  readonly #unknownText: string;
  readonly #clock: Intl.DateTimeFormat;
  readonly #full: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #dayOfYear: Intl.DateTimeFormat;
  readonly #relative: Intl.RelativeTimeFormat;

  /**
   * @param locale a locale that `Intl` accepts
   * @param unknownText the text for an invalid time
   */
  constructor(locale: string, unknownText: string) {
    this.#unknownText = unknownText;
    this.#clock = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
    this.#full = new Intl.DateTimeFormat(locale, {
      dateStyle: "full",
      timeStyle: "medium",
    });
    const day = { weekday: "long", day: "numeric", month: "long" } as const;
    this.#day = new Intl.DateTimeFormat(locale, day);
    this.#dayOfYear = new Intl.DateTimeFormat(locale, {
      ...day,
      year: "numeric",
    });
    this.#relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  }

  clock(at: number): string {
    return this.#format(this.#clock, at);
  }

  full(at: number): string {
    return this.#format(this.#full, at);
  }

  /** A date with its year. */
  date(at: number): string {
    return this.#format(this.#dayOfYear, at);
  }

  /** "Today", "Yesterday", or the date. */
  day(at: number, now: number): string {
    const today = dayBounds(now);
    const yesterday = dayBounds(today.from - 1);
    for (const [ago, { from, to }] of [today, yesterday].entries())
      if (at >= from && at < to)
        return capitalize(this.#relative.format(-ago, "day"));
    const isThisYear =
      new Date(at).getFullYear() === new Date(now).getFullYear();
    return this.#format(isThisYear ? this.#day : this.#dayOfYear, at);
  }

  #format(format: Intl.DateTimeFormat, at: number): string {
    return isValidTime(at) ? format.format(at) : this.#unknownText;
  }
}

function capitalize(words: string): string {
  const [first = "", ...rest] = words;
  return first.toLocaleUpperCase() + rest.join("");
}
