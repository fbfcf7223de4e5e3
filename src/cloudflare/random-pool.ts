// Random pool: draws many random bytes at a time, since a call of the runtime costs more than the bytes.
import { randomBytes } from "node:crypto";

const POOL_BYTES = 4096;
const draw = () => ({ bytes: randomBytes(POOL_BYTES), used: 0 });
/**
 * Drawn at the first use: outside of an event the runtime gives no random
 * bytes.
 */
let pool: ReturnType<typeof draw> | null = null;

/** Returns unused random bytes as base64url; at most 4096 bytes a call. */
export function random(bytes: number): string {
  if (pool === null || pool.used + bytes > POOL_BYTES) pool = draw();
  pool.used += bytes;
  return pool.bytes.toString("base64url", pool.used - bytes, pool.used);
}
