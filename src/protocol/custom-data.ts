// Custom data: bounds the JSON values that an app adds to messages and to users.
import * as LIMITS from "./limits.ts";

const utf8 = new TextEncoder();

/** Types that JSON leaves out or throws at. */
const NOT_JSON = ["bigint", "function", "symbol"];

/** @returns the bytes of the value's JSON text in UTF-8; ∞: it has none */
export function dataBytes(data: unknown): number {
  try {
    return utf8.encode(JSON.stringify(data)).byteLength;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/**
 * May the value be stored? It has at most `dataDepthMax` levels of arrays and
 * objects, and each number is finite: JSON.parse reads 1e999 as infinity, which
 * JSON cannot hold. A value of an app's code may also be no JSON at all.
 */
export function isStorable(data: unknown, levels = LIMITS.dataDepthMax) {
  if (typeof data === "number") return Number.isFinite(data);
  if (typeof data !== "object" || data === null)
    return !NOT_JSON.includes(typeof data);
  if (levels === 0) return false;
  for (const value of Object.values(data))
    if (!isStorable(value, levels - 1)) return false;
  return true;
}

/**
 * @returns the JSON text of a value that may be anything, such as that of an
 * app's code; null: it is not JSON, or has more bytes
 */
export function dataText(data: unknown, bytesMax: number): string | null {
  try {
    const text = isStorable(data) ? JSON.stringify(data) : undefined;
    if (text === undefined) return null;
    return utf8.encode(text).byteLength <= bytesMax ? text : null;
  } catch {
    // A getter or toJSON of the app has thrown.
    return null;
  }
}
