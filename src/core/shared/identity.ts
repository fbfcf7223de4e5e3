// Identity: a user is the hash of a secret, and others see the first characters of it as the public id.
import type { Platform } from "./contract.ts";

/**
 * 96 bits in base64url: too many for anybody to find a second secret for an id.
 */
const USER_LENGTH = 16;

/**
 * A secret has 128 bits or more, so at least 22 characters of base64url. The
 * 4,096 characters leave room for a JWT.
 */
const secret = /^[\x21-\x7e]{22,4096}$/;

export function isSecret(token: string): boolean {
  return secret.test(token);
}

/** @returns the identity of a secret; null if it is too weak to be one */
export function identify(platform: Platform, token: string): string | null {
  return isSecret(token) ? platform.hash(token) : null;
}

/**
 * Makes the identity of an app's user. No secret has blanks, so no secret has
 * this hash. The length tells ("a", "bc") from ("ab", "c").
 */
export function appIdentity(
  platform: Pick<Platform, "hash">,
  issuer: string,
  subject: string,
): string {
  return platform.hash(`app ${issuer.length} ${issuer} ${subject}`);
}

/** Makes the identity of a bot, whatever name it has. No secret has blanks. */
export function botIdentity(
  platform: Pick<Platform, "hash">,
  id: string,
): string {
  return platform.hash(`bot ${id}`);
}

/** Makes a new secret of 128 bits. */
export function freshSecret(platform: Platform): string {
  return platform.random(16);
}

/** @returns the public id of an identity */
export function publicId(identity: string): string {
  return identity.slice(0, USER_LENGTH);
}
