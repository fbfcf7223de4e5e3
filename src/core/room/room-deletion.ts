// Room deletion: the operator deletes a room with all that it has stored, except the numbers of the messages that were deleted.
import type { Sql } from "../shared/contract.ts";
import { PRIVATE_SUFFIX } from "../shared/events/endpoints.ts";
import { stagedName } from "./log-import.ts";

/** The tables with rows of a room that go with it. */
export const DELETED_TABLES: readonly string[] = [
  ...["room", "log", "message_state", "reactors", "notice_board", "purge"],
  ...["role", "restriction", "network_ban", "room_policy", "room_member"],
  ...["invitation", "report", "report_numbering", "mention_cursor"],
  ...["presence_mark", "retention", "user_erasure"],
];

/** Those that have rows of names too, on Deno in the same file. */
export const DELIVERY_TABLES: readonly string[] = [
  ...["event_cursor", "delivery_failure"],
];

/**
 * They hold no text and no name, only numbers: an import of an older log brings
 * no deleted message back.
 */
export const KEPT_TABLES: readonly string[] = ["erasure", "log_origin"];

/**
 * Deletes the rows of a room. The mark of registration.ts stays until the
 * registry has forgotten the room.
 */
export function deleteRows(sql: Sql, room: string): void {
  const rows = sql.exec("SELECT name FROM sqlite_master WHERE type = 'table'");
  const stored = new Set(rows.map(({ name }) => name));
  for (const table of DELETED_TABLES)
    if (stored.has(table))
      for (const name of [room, stagedName(room)])
        sql.exec(`DELETE FROM ${table} WHERE room = ?`, name);
  for (const table of DELIVERY_TABLES)
    if (stored.has(table))
      sql.exec(
        `DELETE FROM ${table} WHERE room = ? AND endpoint NOT LIKE ?`,
        ...[room, `%${PRIVATE_SUFFIX}`],
      );
}
