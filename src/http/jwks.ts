// JWKS: fetches the public keys of the operator's app when they are needed, and caches them for ten minutes.

import {
  type CryptoKey,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JWSHeaderParameters,
} from "jose";
import * as v from "valibot";
import { readBoundedText } from "../hosting/bounded-text.ts";

/** The least time between two fetches. */
const REFETCH_INTERVAL_MS = 5000;
/** A withdrawn key is accepted no longer than this. */
const CACHE_TTL_MS = 600_000;
/** For the response and its body together. */
const TIMEOUT_MS = 4000;
/** A larger response, or one with more keys, is refused. */
const BYTES_MAX = 256 * 1024;
const KEYS_MAX = 100;

/** The keys could not be fetched. The client's token is not at fault. */
export class JwksUnavailable extends Error {
  override readonly name = "JwksUnavailable";
}

export type FindKey = (header: JWSHeaderParameters) => Promise<CryptoKey>;

/**
 * Finds the key that a token's header names. An unknown key causes a new fetch,
 * at most one each `REFETCH_INTERVAL_MS`, so that new keys work.
 *
 * @returns a function that rejects with JwksUnavailable, or with jose's errors
 */
export function createJwks(url: URL): FindKey {
  let failedAt = -Infinity;
  const keys = createRemoteJWKSet(url, {
    cooldownDuration: REFETCH_INTERVAL_MS,
    cacheMaxAge: CACHE_TTL_MS,
    timeoutDuration: TIMEOUT_MS,
    [customFetch]: async (...[address, init]) => {
      // The interval holds after a failure too.
      if (Date.now() - failedAt < REFETCH_INTERVAL_MS)
        throw new JwksUnavailable();
      try {
        return await fetchKeys(address, init);
      } catch (error) {
        failedAt = Date.now();
        const reason = error instanceof InvalidJwks ? error.reason : {};
        console.log(JSON.stringify({ event: "no keys", ...reason }));
        throw new JwksUnavailable();
      }
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
      throw new JwksUnavailable();
    }
  };
}

/** The response is not a set of keys. */
class InvalidJwks extends Error {
  readonly reason: Readonly<Record<string, unknown>>;

  constructor(reason: Readonly<Record<string, unknown>>) {
    super("The answer has no keys.");
    this.reason = reason;
  }
}

/**
 * Returns the response after its whole body has arrived and is a set of keys.
 */
async function fetchKeys(url: string, init: RequestInit): Promise<Response> {
  // A redirect could lead to a host that the operator has not chosen.
  const response = await fetch(url, { ...init, redirect: "manual" });
  if (!response.ok) {
    await response.body?.cancel();
    throw new InvalidJwks({ status: response.status });
  }
  const body = await readBoundedText(response, BYTES_MAX);
  if (!body.ok) throw new InvalidJwks({ problem: body.problem });
  const { text } = body;
  const count = countKeys(text);
  if (count === null) throw new InvalidJwks({ problem: "not a set of keys" });
  if (count > KEYS_MAX) throw new InvalidJwks({ problem: "too many keys" });
  return new Response(text, { status: 200 });
}

/** @returns null if the text is no set of keys */
function countKeys(text: string): number | null {
  const read = v.safeParse(keySet, parsed(text));
  return read.success ? read.output.keys.length : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const keySet = v.object({ keys: v.array(v.looseObject({})) });
