// Times and days as people read them, in their language and time zone.

/** The day there at that time: from midnight to the next, which may be 23 hours. */
export function dayAround(at: number): { from: number; to: number } {
  const date = new Date(at);
  const from = date.setHours(0, 0, 0, 0);
  return { from, to: date.setDate(date.getDate() + 1) };
}

/** Formats for one language, made once: they are dear. */
export class Times {
  readonly #clock: Intl.DateTimeFormat;
  readonly #full: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #dayOfYear: Intl.DateTimeFormat;
  readonly #relative: Intl.RelativeTimeFormat;

  constructor(language: string) {
    this.#clock = new Intl.DateTimeFormat(language, { timeStyle: "short" });
    this.#full = new Intl.DateTimeFormat(language, {
      dateStyle: "full",
      timeStyle: "medium",
    });
    const day = { weekday: "long", day: "numeric", month: "long" } as const;
    this.#day = new Intl.DateTimeFormat(language, day);
    this.#dayOfYear = new Intl.DateTimeFormat(language, {
      ...day,
      year: "numeric",
    });
    this.#relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  }

  clock(at: number): string {
    return this.#clock.format(at);
  }

  full(at: number): string {
    return this.#full.format(at);
  }

  /** A day whenever, with its year. */
  date(at: number): string {
    return this.#dayOfYear.format(at);
  }

  /** Today, yesterday, or the date. */
  day(at: number, now: number): string {
    const today = dayAround(now);
    const yesterday = dayAround(today.from - 1);
    for (const [ago, { from, to }] of [today, yesterday].entries())
      if (at >= from && at < to)
        return capitalised(this.#relative.format(-ago, "day"));
    const isThisYear =
      new Date(at).getFullYear() === new Date(now).getFullYear();
    return (isThisYear ? this.#day : this.#dayOfYear).format(at);
  }
}

function capitalised(words: string): string {
  const [first = "", ...rest] = words;
  return first.toLocaleUpperCase() + rest.join("");
}
