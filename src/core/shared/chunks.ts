// Chunks: several lines are joined to one frame or one row, up to a size.
import { SEPARATOR } from "../../protocol/framing.ts";

/** A frame or row has at most so many bytes, unless a single line has more. */
export const CHUNK_BYTES_MAX = 256 * 1024;

/** @returns the bytes of a well-formed string in UTF-8 */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // Each half of a surrogate pair counts as two bytes, so a pair as four.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}

/** The lines from index `from` up to, but not including, index `to`. */
export interface Chunk {
  readonly from: number;
  readonly to: number;
}

/** Cuts lines so that each chunk, joined, has at most `CHUNK_BYTES_MAX`. */
export function chunksOf(lines: readonly string[]): Chunk[] {
  if (lines.length === 1) return [{ from: 0, to: 1 }];
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

/** Joins lines to frames of several objects, for clients of `edge-chat.v1`. */
export function joinChunks(lines: readonly string[]): string[] {
  if (lines.length < 2) return [...lines];
  return chunksOf(lines).map(({ from, to }) =>
    lines.slice(from, to).join(SEPARATOR),
  );
}
