// Top of the list: finds the day and the author of the topmost visible message, where their own lines are out of sight.
import type { ListRow, PresentUser } from "./message-rows.ts";

/** In pixels: the author of a message is out of sight below this offset. */
const AUTHOR_HEIGHT = 32;

/**
 * The author of the topmost message, if the name itself is out of sight.
 *
 * @param top the index of the topmost row
 * @param offset the pixels of it that are out of sight
 */
export function authorAbove(
  rows: readonly ListRow[],
  top: number,
  offset: number,
): PresentUser | null {
  const row = rows[top];
  if (row?.kind !== "message" || row.message.mine) return null;
  const isInSight = row.showsAuthor && offset < AUTHOR_HEIGHT;
  return isInSight ? null : row.message;
}

/**
 * A time of the day of the topmost message, in ms since 1970, unless the line of
 * that day is below the top.
 *
 * @param top the index of the topmost row
 */
export function dayAbove(rows: readonly ListRow[], top: number): number | null {
  for (const row of rows.slice(top)) {
    if (row.kind === "day") return null;
    if (row.kind === "message") return row.message.at;
  }
  const above = rows
    .slice(0, top)
    .findLast((row) => row.kind === "message" || row.kind === "day");
  if (above?.kind === "message") return above.message.at;
  return above?.kind === "day" ? above.at : null;
}
