// The public keys that the host's app publishes: fetched when needed, kept for a while, fetched again for a new one.
import {
  type CryptoKey,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JWSHeaderParameters,
} from "jose";

/** Nobody makes us ask for them more often than this, in ms. */
const FLOOR_MS = 5000;
/** A key that was withdrawn is honoured no longer than this, in ms. */
const KEEP_MS = 600_000;
const TIMEOUT_MS = 4000;

/** They could not be had: the fault of nobody who shows a token. */
export class KeysUnavailable extends Error {
  override readonly name = "KeysUnavailable";
}

export type KeyFor = (header: JWSHeaderParameters) => Promise<CryptoKey>;

/**
 * The key that a token's header asks for. A key that is not known makes it
 * fetch all of them again, at most every `FLOOR_MS`: so a rolled key works.
 *
 * @returns a function that rejects with KeysUnavailable, or with jose's errors
 */
export function remoteKeys(url: URL): KeyFor {
  let failedAt = -Infinity;
  const keys = createRemoteJWKSet(url, {
    cooldownDuration: FLOOR_MS,
    cacheMaxAge: KEEP_MS,
    timeoutDuration: TIMEOUT_MS,
    [customFetch]: async (...[address, init]) => {
      // What failed is not asked for again at once either.
      if (Date.now() - failedAt < FLOOR_MS) throw new KeysUnavailable();
      try {
        const response = await fetch(address, init);
        if (response.ok) return response;
        console.log(
          JSON.stringify({ event: "no keys", status: response.status }),
        );
      } catch {
        console.log(JSON.stringify({ event: "no keys" }));
      }
      failedAt = Date.now();
      throw new KeysUnavailable();
    },
  });
  return async (header) => {
    try {
      return await keys(header);
    } catch (error) {
      if (
        error instanceof errors.JWKSNoMatchingKey ||
        error instanceof errors.JWKSMultipleMatchingKeys ||
        error instanceof errors.JOSENotSupported
      )
        throw error;
      throw new KeysUnavailable();
    }
  };
}
