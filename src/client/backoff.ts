// Backoff: computes the time before the next attempt to connect, exponential with full jitter.

const INITIAL_MS = 1000;
const MAX_MS = 30_000;

/**
 * Full jitter: clients that lost their connections together do not return
 * together.
 *
 * @param failures attempts that failed in a row before this one
 * @param minimumMs the time that the server asked for
 * @param random from 0 to 1
 * @returns milliseconds to wait
 */
export function backoff(
  failures: number,
  minimumMs: number,
  random: number,
): number {
  const boundMs = Math.min(MAX_MS, INITIAL_MS * 2 ** failures);
  return minimumMs + random * boundMs;
}
