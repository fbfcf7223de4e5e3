// Lines into frames and rows: several to one, up to a size.
import { SEPARATOR } from "../protocol/codec.ts";

/** UTF-16 units in one frame or row, unless a single line has more. */
export const PACK_MAX = 256 * 1024;

/** Lines from one index up to, not including, another. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

/** Where to cut lines so that each run, joined, has at most `PACK_MAX`. */
export function runs(lines: readonly string[]): Run[] {
  const found: Run[] = [];
  let [from, length] = [0, 0];
  lines.forEach((line, i) => {
    if (i > from && length + 1 + line.length > PACK_MAX) {
      found.push({ from, to: i });
      [from, length] = [i, 0];
    }
    length += (i > from ? 1 : 0) + line.length;
  });
  if (from < lines.length) found.push({ from, to: lines.length });
  return found;
}

/** Lines as frames of several objects, for those that speak `edge-chat.v1`. */
export function pack(lines: readonly string[]): string[] {
  if (lines.length < 2) return [...lines];
  return runs(lines).map(({ from, to }) =>
    lines.slice(from, to).join(SEPARATOR),
  );
}
