// Whether something that was put off is due, by a clock that may be set back.

export const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * @param at ms since 1970; null: nothing is put off
 * @param longest for which it may be put off, in ms: if there is more to go,
 * the clock was set back, and nobody is to wait for that
 */
export function isDue(
  at: number | null,
  now: number,
  longest: number,
): boolean {
  return at !== null && (at <= now || at > now + longest);
}
