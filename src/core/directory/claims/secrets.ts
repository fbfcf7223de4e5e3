// Which secrets open a name: the one that is current, and older ones for a while after it was changed.
import * as LIMITS from "../../../protocol/limits.ts";

/** A secret by its hash. */
export interface Secret {
  readonly hash: string;
  /** When it ends, ms since 1970; null: it is the current one. */
  readonly until: number | null;
}

/** Changes within the grace that are remembered. */
const SECRETS = 8;

/**
 * Are two hashes the same? It takes as long whatever they are: what differs,
 * and where, does not show in the time.
 */
export function isSameHash(one: string, other: string): boolean {
  let differs = one.length ^ other.length;
  for (let i = 0; i < other.length; i++)
    differs |= one.charCodeAt(i) ^ other.charCodeAt(i);
  return differs === 0;
}

/** The one that is meant, if it is good at that time. Looks at all of them. */
export function findSecret(
  secrets: readonly Secret[],
  hash: string,
  now: number,
): Secret | null {
  let found: Secret | null = null;
  for (const secret of secrets) {
    const isGood = secret.until === null || secret.until > now;
    if (isSameHash(secret.hash, hash) && isGood) found = secret;
  }
  return found;
}

/** Another one is current from now on; those before it have their grace. */
export function changeSecret(
  secrets: readonly Secret[],
  next: string,
  now: number,
): Secret[] {
  const older = secrets.flatMap(({ hash, until }) => {
    const ends = until ?? now + LIMITS.oldTokenTtlMs;
    return ends > now && hash !== next ? { hash, until: ends } : [];
  });
  return [...older.slice(1 - SECRETS), { hash: next, until: null }];
}
