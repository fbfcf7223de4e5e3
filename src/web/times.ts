// Times and days as people read them, in their language and time zone.

/** Which day it is there, as a string that equals itself on one day only. */
export function dayOf(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
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

  /** Today, yesterday, or the date. */
  day(at: number, now: number): string {
    const today = new Date(now);
    for (const ago of [0, 1]) {
      const then = new Date(today);
      then.setDate(today.getDate() - ago);
      if (dayOf(at) === dayOf(then.getTime()))
        return capitalised(this.#relative.format(-ago, "day"));
    }
    const isThisYear = new Date(at).getFullYear() === today.getFullYear();
    return (isThisYear ? this.#day : this.#dayOfYear).format(at);
  }
}

function capitalised(words: string): string {
  const [first = "", ...rest] = words;
  return first.toLocaleUpperCase() + rest.join("");
}
