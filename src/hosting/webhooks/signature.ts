// Signature: signs a webhook request as Standard Webhooks 1.0 says, with each of the secrets.

const PREFIX = "whsec_";

/** A key that signs; importing it takes a moment, so it is done once. */
export type SigningKey = Awaited<ReturnType<typeof importKey>>;

/** @param secrets `whsec_` and base64 */
export function importKeys(secrets: readonly string[]): Promise<SigningKey[]> {
  return Promise.all(secrets.map(importKey));
}

function importKey(secret: string) {
  const bytes = Uint8Array.from(atob(secret.slice(PREFIX.length)), (char) =>
    char.charCodeAt(0),
  );
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign"]);
}

/** A request that is signed. */
export interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * @param id the same over all attempts
 * @param now the time of this attempt, ms since 1970
 */
export async function sign(
  keys: readonly SigningKey[],
  id: string,
  body: string,
  now: number,
): Promise<Signed> {
  const seconds = Math.floor(now / 1000);
  // Ids are of ASCII: the body follows these bytes.
  const prefix = `${id}.${seconds}.`;
  const content = new TextEncoder().encode(prefix + body);
  const signatures = await Promise.all(
    keys.map(async (key) => {
      const bytes = await crypto.subtle.sign("HMAC", key, content);
      return `v1,${btoa(String.fromCharCode(...new Uint8Array(bytes)))}`;
    }),
  );
  return {
    headers: {
      "webhook-id": id,
      "webhook-timestamp": `${seconds}`,
      "webhook-signature": signatures.join(" "),
    },
    body: content.subarray(prefix.length),
  };
}
