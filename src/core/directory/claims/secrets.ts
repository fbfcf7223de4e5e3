// Secrets: the current secret opens a name, and an older one does for a grace period after it was changed.
import * as LIMITS from "../../../protocol/limits.ts";

/** A secret, by its hash. */
export interface Secret {
  readonly hash: string;
  /** When the secret expires, ms since 1970; null: it is the current one. */
  readonly until: number | null;
}

/** At most so many secrets of one name are stored. */
const SECRETS_MAX = 8;

/**
 * Are two hashes the same? The time that it takes does not tell where they
 * differ.
 */
export function isSameHash(one: string, other: string): boolean {
  let differs = one.length ^ other.length;
  for (let i = 0; i < other.length; i++)
    differs |= one.charCodeAt(i) ^ other.charCodeAt(i);
  return differs === 0;
}

/**
 * @returns the secret with this hash if it is valid now; it compares them all
 */
export function findSecret(
  secrets: readonly Secret[],
  hash: string,
  now: number,
): Secret | null {
  let found: Secret | null = null;
  for (const secret of secrets) {
    const isValid = secret.until === null || secret.until > now;
    if (isSameHash(secret.hash, hash) && isValid) found = secret;
  }
  return found;
}

/** Makes another secret the current one; older ones get their grace period. */
export function changeSecret(
  secrets: readonly Secret[],
  next: string,
  now: number,
): Secret[] {
  const older = secrets.flatMap(({ hash, until }) => {
    const ends = until ?? now + LIMITS.oldTokenTtlMs;
    return ends > now && hash !== next ? { hash, until: ends } : [];
  });
  return [...older.slice(1 - SECRETS_MAX), { hash: next, until: null }];
}
