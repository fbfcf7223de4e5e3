// Timeout: settles a promise of foreign code within a time limit.
import type { Environment } from "./environment.ts";

/**
 * @param start may throw, and may return a value that is no promise
 * @param onLate receives the answer if it comes after the time limit
 * @returns the answer. Rejects after `timeoutMs` without one
 */
export function withTimeout<T>(
  start: () => T | PromiseLike<T>,
  timeoutMs: number,
  environment: Environment,
  onLate?: (answer: Promise<T>) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const answer = new Promise<T>((settle) => settle(start()));
    const cancel = environment.after(timeoutMs, () => {
      onLate?.(answer);
      reject(new Error(`no answer in ${timeoutMs / 1000} s`));
    });
    answer.finally(cancel).then(resolve, reject);
  });
}
