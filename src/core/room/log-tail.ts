// Log tail: the newest row of a room's log takes further events until it is full.
import { CHUNK_BYTES_MAX } from "../shared/chunks.ts";

/**
 * The newest row takes another flush until it holds so many events or bytes.
 * SQLite writes the whole row each time, so it should fit on a page of 4 KiB.
 */
const ROW_EVENTS = 32;
const ROW_BYTES = 3 * 1024;
/** So many long events share a row: dropping a row costs a write, too. */
const ROW_LONG = 3;

/** @returns true if a row takes so many more bytes */
export function hasSpace(
  tail: { readonly count: number; readonly bytes: number },
  more: number,
): boolean {
  return (
    tail.count < ROW_EVENTS &&
    (tail.bytes < ROW_BYTES || tail.count < ROW_LONG) &&
    tail.bytes + 1 + more <= CHUNK_BYTES_MAX
  );
}
