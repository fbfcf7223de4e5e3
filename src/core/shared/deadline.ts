// Deadline: a task that was put off is due at its time, or as soon as the clock was set back.

export const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * @param at ms since 1970; null: no task is put off
 * @param longest the longest delay of the task, in ms: if more than that is left,
 * the clock was set back, and the task is due
 */
export function isDue(
  at: number | null,
  now: number,
  longest: number,
): boolean {
  return at !== null && (at <= now || at > now + longest);
}
