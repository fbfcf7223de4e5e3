// How long to wait before the next try to connect: exponential, with full jitter.

const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

/**
 * Milliseconds. Anything up to a bound that doubles: clients that lost their
 * connection together do not come back together.
 *
 * @param failures how many tries have failed in a row, before this one
 * @param atLeast ms that the server asked for
 * @param random from 0 to 1
 */
export function backoff(
  failures: number,
  atLeast: number,
  random: number,
): number {
  const bound = Math.min(LONGEST_MS, FIRST_MS * 2 ** failures);
  return atLeast + random * bound;
}
