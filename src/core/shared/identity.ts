// Who somebody is: the hash of a secret, and the short public id of it.
import type { Platform } from "./contract.ts";

/** 96 bits in base64url: enough that nobody finds a second one. */
const USER_LENGTH = 16;

/**
 * A secret has 128 bits or more, so at least 22 characters of base64url;
 * 4,096 is room for a JWT.
 */
const secret = /^[\x21-\x7e]{22,4096}$/;

export function isSecret(token: string): boolean {
  return secret.test(token);
}

/** The identity behind a secret, or null if it is too weak to be one. */
export function identify(platform: Platform, token: string): string | null {
  return isSecret(token) ? platform.hash(token) : null;
}

/**
 * The identity of an app's user. No secret has blanks, so none hashes to it;
 * the length tells ("a", "bc") from ("ab", "c").
 */
export function appIdentity(
  platform: Pick<Platform, "hash">,
  issuer: string,
  subject: string,
): string {
  return platform.hash(`app ${issuer.length} ${issuer} ${subject}`);
}

/** A fresh secret of 128 bits. */
export function freshSecret(platform: Platform): string {
  return platform.random(16);
}

/** The public id of an identity. */
export function publicId(identity: string): string {
  return identity.slice(0, USER_LENGTH);
}
