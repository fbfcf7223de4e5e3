// The public keys that the host's app publishes: fetched when needed, kept for a while, fetched again for a new one.
import {
  type CryptoKey,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JWSHeaderParameters,
} from "jose";
import * as v from "valibot";

/** Nobody makes us ask for them more often than this, in ms. */
const REFETCH_INTERVAL_MS = 5000;
/** A key that was withdrawn is honoured no longer than this, in ms. */
const CACHE_TTL_MS = 600_000;
/** For the answer and its body together. */
const TIMEOUT_MS = 4000;
/** An answer that is larger, or has more keys, is no answer. */
const BYTES_MAX = 256 * 1024;
const KEYS_MAX = 100;

/** They could not be had: the fault of nobody who shows a token. */
export class JwksUnavailable extends Error {
  override readonly name = "JwksUnavailable";
}

export type FindKey = (header: JWSHeaderParameters) => Promise<CryptoKey>;

/**
 * The key that a token's header asks for. A key that is not known makes it
 * fetch all of them again, at most every `FLOOR_MS`: so a rolled key works.
 *
 * @returns a function that rejects with KeysUnavailable, or with jose's errors
 */
export function createJwks(url: URL): FindKey {
  let failedAt = -Infinity;
  const keys = createRemoteJWKSet(url, {
    cooldownDuration: REFETCH_INTERVAL_MS,
    cacheMaxAge: CACHE_TTL_MS,
    timeoutDuration: TIMEOUT_MS,
    [customFetch]: async (...[address, init]) => {
      // What failed is not asked for again at once either.
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

/** What came is not what keys are. */
class InvalidJwks extends Error {
  readonly reason: Readonly<Record<string, unknown>>;

  constructor(reason: Readonly<Record<string, unknown>>) {
    super("The answer has no keys.");
    this.reason = reason;
  }
}

/** The answer, once all of it is here and looks like a set of keys. */
async function fetchKeys(url: string, init: RequestInit): Promise<Response> {
  // A redirect may lead to where nobody has meant it to.
  const response = await fetch(url, { ...init, redirect: "manual" });
  if (!response.ok) {
    await response.body?.cancel();
    throw new InvalidJwks({ status: response.status });
  }
  const text = await readUpTo(response, BYTES_MAX);
  if (text === null) throw new InvalidJwks({ problem: "too large" });
  const count = countKeys(text);
  if (count === null) throw new InvalidJwks({ problem: "not a set of keys" });
  if (count > KEYS_MAX) throw new InvalidJwks({ problem: "too many keys" });
  return new Response(text, { status: 200 });
}

/** null: there is more than that. */
async function readUpTo(
  { body }: Response,
  bytesMax: number,
): Promise<string | null> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > bytesMax) {
      await reader.cancel();
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** null: it is no set of keys. */
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
