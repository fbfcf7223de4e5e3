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
const SPACE = " ".charCodeAt(0);

/**
 * SQLite keeps up to 1,002 bytes of a row on its page, in a table without rowid
 * and with pages of 4 KiB, and the rest on pages of their own. A row that grows
 * takes new ones of these each time, which is four written pages for a message
 * instead of one or two. So a row is stored at about its final size as soon as it
 * has so many bytes, with spaces behind its events until they take the place.
 */
const INLINE_BYTES = 900;
/** The last events of a row may reach beyond `ROW_BYTES`. */
const PADDED_BYTES = ROW_BYTES + 512;

/** The newest row, as far as it matters for appending. */
export interface LogTail {
  readonly first: number;
  count: number;
  /** The size of its events, without the spaces behind them. */
  bytes: number;
}

/** @returns the spaces to store behind the events of the newest row */
export function paddingOf(tail: LogTail): string {
  const { bytes } = tail;
  if (bytes <= INLINE_BYTES || bytes >= PADDED_BYTES || !hasSpace(tail, 1))
    return "";
  return " ".repeat(PADDED_BYTES - bytes);
}

/** @returns the lines of a row, as it is stored */
export function linesOfRow(body: string): string[] {
  let end = body.length;
  while (body.charCodeAt(end - 1) === SPACE) end--;
  return body.slice(0, end).split("\n");
}

/** @returns true if a row takes so many more bytes */
export function hasSpace(
  tail: Pick<LogTail, "count" | "bytes">,
  more: number,
): boolean {
  return (
    tail.count < ROW_EVENTS &&
    (tail.bytes < ROW_BYTES || tail.count < ROW_LONG) &&
    tail.bytes + 1 + more <= CHUNK_BYTES_MAX
  );
}
