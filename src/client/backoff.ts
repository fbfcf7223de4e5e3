// How long to wait before the next try to connect: exponential, with full jitter.

const INITIAL_MS = 1000;
const MAX_MS = 30_000;

/**
 * Milliseconds. Anything up to a bound that doubles: clients that lost their
 * connection together do not come back together.
 *
 * @param failures how many tries have failed in a row, before this one
 * @param minimumMs ms that the server asked for
 * @param random from 0 to 1
 */
export function backoff(
  failures: number,
  minimumMs: number,
  random: number,
): number {
  const boundMs = Math.min(MAX_MS, INITIAL_MS * 2 ** failures);
  return minimumMs + random * boundMs;
}
