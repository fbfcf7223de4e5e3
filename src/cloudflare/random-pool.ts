// Random bytes, fetched many at a time: asking the runtime costs more than the bytes do.
import { randomBytes } from "node:crypto";

const POOL_BYTES = 4096;
const draw = () => ({ bytes: randomBytes(POOL_BYTES), used: 0 });
/** Not at the start: outside of an event the runtime gives none. */
let pool: ReturnType<typeof draw> | null = null;

/** So many bytes that nobody was given before, as base64url; at most 4096. */
export function random(bytes: number): string {
  if (pool === null || pool.used + bytes > POOL_BYTES) pool = draw();
  pool.used += bytes;
  return pool.bytes.toString("base64url", pool.used - bytes, pool.used);
}
