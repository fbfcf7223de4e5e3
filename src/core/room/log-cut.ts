// Log cut: the oldest rows of a room's log are deleted up to an event, which may be in the middle of a row.
import type { Sql } from "../shared/contract.ts";
import type { LogRow } from "./log-rows.ts";
import { countOthers } from "./log-slices.ts";

export interface Cut {
  /** The row that holds the first event that stays, as it is stored. */
  readonly row: LogRow;
  /** The first event that stays. */
  readonly seq: number;
  /** It has a new line: the newest event stays for its number alone. */
  readonly line: string | null;
  /** The log counts the events that are no messages. */
  readonly hasKinds: boolean;
}

/** Deletes the events before one: at most one row is written anew. */
export function cutRows(
  sql: Sql,
  room: string,
  { row: { first, lines }, seq, line, hasKinds }: Cut,
): void {
  sql.exec("DELETE FROM log WHERE room = ? AND first < ?", room, first);
  const left = lines.slice(seq - first);
  if (line !== null) left[0] = line;
  else if (left.length === lines.length) return;
  const others = countOthers(lines) - countOthers(left);
  sql.exec(
    `UPDATE log SET first = ?, count = ?, body = ?${hasKinds ? ", others = others + ?" : ""} WHERE room = ? AND first = ?`,
    ...[seq, left.length, left.join("\n")],
    ...(hasKinds ? [others] : []),
    ...[room, first],
  );
}
