// Random bytes, fetched many at a time: asking the runtime costs more than the bytes do.
import type { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";

const POOL = 4096;
let pool: Buffer | null = null;
let used = 0;

/** So many bytes that nobody was given before, as base64url; at most 4096. */
export function random(bytes: number): string {
  if (pool === null || used + bytes > POOL) {
    pool = randomBytes(POOL);
    used = 0;
  }
  used += bytes;
  return pool.toString("base64url", used - bytes, used);
}
