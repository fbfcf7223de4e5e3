// Webhook signature: verifies that a request is signed as Standard Webhooks 1.0 says, by one of the secrets, and is recent.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

const PREFIX = "whsec_";
const SECRET_BYTES = 32;
/** The clocks of two machines may differ by so much, in seconds. */
const TOLERANCE_S = 300;

export function randomSecret(): string {
  return `${PREFIX}${randomBytes(SECRET_BYTES).toString("base64")}`;
}

/**
 * Verifies a request.
 *
 * @param now ms since 1970
 * @returns null if the request is genuine, else the reason why it is not
 */
export function verifyWebhook(
  secrets: readonly string[],
  headers: IncomingHttpHeaders,
  body: string,
  now = Date.now(),
): string | null {
  const id = headers["webhook-id"];
  const timestamp = headers["webhook-timestamp"];
  const signatures = headers["webhook-signature"];
  if (
    typeof id !== "string" ||
    typeof timestamp !== "string" ||
    typeof signatures !== "string"
  )
    return "it has no signature";
  const age = Math.abs(now / 1000 - Number(timestamp));
  if (!(age <= TOLERANCE_S)) return "its time is not within five minutes";
  const given = signatures
    .split(" ")
    .filter((signature) => signature.startsWith("v1,"))
    .map((signature) => Buffer.from(signature.slice(3), "base64"));
  const isSigned = secrets.some((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), "base64");
    const expected = createHmac("sha256", key)
      .update(`${id}.${timestamp}.${body}`)
      .digest();
    return given.some(
      (one) => one.length === expected.length && timingSafeEqual(one, expected),
    );
  });
  return isSigned ? null : "no secret of this command has signed it";
}
