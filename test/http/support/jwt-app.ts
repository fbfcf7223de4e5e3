// JWT app: an app for tests with keys of each kind, signed and forged tokens, and a JWKS URL.
import { createHmac } from "node:crypto";
import {
  type CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWK,
  SignJWT,
} from "jose";
import { vi } from "vitest";

export const ISSUER = "https://app.example";
export const JWKS_URL = "https://app.example/jwks";
export const SECRET = "the-secret-of-an-app-in-a-test-0123456789";

export interface KeyPair {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

export async function createKeyPair(alg: string, kid = alg): Promise<KeyPair> {
  return { kid, alg, ...(await generateKeyPair(alg)) };
}

/** Claims of alice, valid for an hour. */
export function tokenClaims(more: Record<string, unknown> = {}) {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: ISSUER,
    sub: "1",
    username: "alice",
    exp: now + 3600,
    ...more,
  };
}

export function signToken(
  claims: Record<string, unknown>,
  by: KeyPair | string = SECRET,
  kid = typeof by === "string" ? null : by.kid,
): Promise<string> {
  const alg = typeof by === "string" ? "HS256" : by.alg;
  const key =
    typeof by === "string" ? new TextEncoder().encode(by) : by.privateKey;
  return new SignJWT(claims)
    .setProtectedHeader({ alg, ...(kid !== null && { kid }) })
    .sign(key);
}

/** Builds a token by hand with any header, as an attacker does. */
export function forgeToken(
  header: Record<string, unknown>,
  claims: Record<string, unknown>,
  key: string | null,
): string {
  const part = (value: unknown) =>
    Buffer.from(JSON.stringify(value)).toString("base64url");
  const body = `${part(header)}.${part(claims)}`;
  const signature =
    key === null
      ? ""
      : createHmac("sha256", key).update(body).digest("base64url");
  return `${body}.${signature}`;
}

/** The public key as text, which an attacker may use as a secret. */
export function publicKeyPem({ publicKey }: KeyPair): Promise<string> {
  return exportSPKI(publicKey);
}

/** Serves the keys at JWKS_URL until the test ends, and counts the fetches. */
export function publishKeys(pairs: readonly KeyPair[], kids = true) {
  const served = { pairs, fetches: 0, status: 200 };
  vi.stubGlobal("fetch", async () => {
    served.fetches++;
    const keys = await Promise.all(
      served.pairs.map(
        async ({ publicKey, kid, alg }): Promise<JWK> => ({
          ...(await exportJWK(publicKey)),
          alg,
          ...(kids && { kid }),
        }),
      ),
    );
    return Response.json({ keys }, { status: served.status });
  });
  return served;
}
