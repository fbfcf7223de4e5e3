// Cryptography: hashes and random bytes of the Deno host, as base64url.
import { createHash, randomBytes } from "node:crypto";

/** @returns the SHA-256 as 43 characters of base64url */
export function hash(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

export function random(bytes: number): string {
  return randomBytes(bytes).toString("base64url");
}
