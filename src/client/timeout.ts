// Timeout: a promise of somebody else's code ends in bounded time, with an answer or an error.
import type { Environment } from "./environment.ts";

/**
 * @param begin may throw, and may return a value that is no promise
 * @param late called with what comes later, if the time is over before
 * @returns the answer. Rejects after `ms` without one
 */
export function withTimeout<T>(
  begin: () => T | PromiseLike<T>,
  ms: number,
  environment: Environment,
  late?: (answer: Promise<T>) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const answer = new Promise<T>((begun) => begun(begin()));
    const cancel = environment.after(ms, () => {
      late?.(answer);
      reject(new Error(`no answer in ${ms / 1000} s`));
    });
    answer.finally(cancel).then(resolve, reject);
  });
}
