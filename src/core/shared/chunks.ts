// Lines into frames and rows: several to one, up to a size.
import { SEPARATOR } from "../../protocol/framing.ts";

/** Bytes in one frame or row, unless a single line has more. */
export const CHUNK_BYTES_MAX = 256 * 1024;

/** How many bytes a well-formed string has in UTF-8. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // Each half of a surrogate pair counts two: four in all.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}

/** Lines from one index up to, not including, another. */
export interface Chunk {
  readonly from: number;
  readonly to: number;
}

/** Where to cut lines so that each run, joined, has at most `PACK_MAX`. */
export function chunksOf(lines: readonly string[]): Chunk[] {
  const found: Chunk[] = [];
  let [from, length] = [0, 0];
  lines.forEach((line, i) => {
    const bytes = byteLength(line) + 1;
    if (i > from && length + bytes > CHUNK_BYTES_MAX) {
      found.push({ from, to: i });
      [from, length] = [i, 0];
    }
    length += bytes;
  });
  if (from < lines.length) found.push({ from, to: lines.length });
  return found;
}

/** Lines as frames of several objects, for those that speak `edge-chat.v1`. */
export function joinChunks(lines: readonly string[]): string[] {
  if (lines.length < 2) return [...lines];
  return chunksOf(lines).map(({ from, to }) =>
    lines.slice(from, to).join(SEPARATOR),
  );
}
