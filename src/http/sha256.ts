// SHA-256: secrets are hashed, and hashes are compared in a time that tells nothing about them.

/** @returns the 32 bytes of the hash of the text's UTF-8 */
export async function sha256(text: string): Promise<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** @returns the same in hex */
export async function sha256Hex(text: string): Promise<string> {
  const bytes = await sha256(text);
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Compares to the end, so that the time does not depend on the bytes. */
export function equalBytes(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length;
  for (const [i, byte] of one.entries()) difference |= byte ^ (other[i] ?? 0);
  return difference === 0;
}
