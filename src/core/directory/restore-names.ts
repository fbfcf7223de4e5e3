// Restore names: the claims of a file that comes from a backup begin later, so that their next mail is told from mail that others have seen.
import type { Sql } from "../shared/contract.ts";
import { hasColumn, hasTable } from "../shared/schema.ts";
import { Visits } from "./visits.ts";

/** Places in the JSON of a private message where the epoch of a claim stands. */
const LETTER_PATHS = ["$.epoch", "$.source.epoch"];

/**
 * Moves the epochs of all claims by the same time. So each message still names the
 * claims of its sender and addressee, and copies that are owed arrive, once.
 *
 * @param byMs 1 or more
 * @returns the number of names
 */
export function moveClaims(sql: Sql, byMs: number): number {
  if (hasTable(sql, "mail"))
    for (const path of LETTER_PATHS)
      sql.exec(
        `UPDATE mail SET letter =
          json_set(letter, ?1, json_extract(letter, ?1) + CAST(?2 AS INTEGER))
        WHERE json_type(letter, ?1) = 'integer'`,
        ...[path, byMs],
      );
  if (hasTable(sql, "copied")) {
    // It is in the key: no row may meet another one on its way.
    sql.exec("UPDATE copied SET epoch = -(epoch + ?)", byMs);
    sql.exec("UPDATE copied SET epoch = -epoch WHERE epoch < 0");
  }
  if (!hasTable(sql, "claim")) return 0;
  sql.exec("UPDATE claim SET epoch = epoch + ?", byMs);
  // The file of the first release has no such column.
  if (hasColumn(sql, "claim", "standing"))
    sql.exec(
      `UPDATE claim SET standing = json_set(standing, '$.movedBy',
        coalesce(standing ->> '$.movedBy', 0) + CAST(? AS INTEGER))`,
      byMs,
    );
  const [row] = sql.exec("SELECT count(*) AS names FROM claim");
  return Number(row?.names ?? 0);
}

/** A room whose messages have another epoch now. */
interface RenewedRoom {
  readonly room: string;
  readonly before: string | null;
  readonly epoch: string;
}

/** The read markers of all claims keep their places in rooms with new epochs. */
export function renewMarkers(sql: Sql, rooms: readonly RenewedRoom[]): void {
  // The file of the first release has no such column.
  if (!hasColumn(sql, "claim", "standing")) return;
  const claims = sql.exec(
    "SELECT key, standing FROM claim WHERE json_type(standing, '$.visits') = 'array'",
  );
  if (claims.length === 0) return;
  const renewed = new Map(rooms.map((one) => [one.room, one]));
  for (const { key, standing } of claims) {
    const visits = Visits.parse(`${standing}`);
    visits.renew(renewed);
    sql.exec(
      "UPDATE claim SET standing = json_set(standing, '$.visits', json(?)) WHERE key = ?",
      ...[visits.toJson(), key ?? null],
    );
  }
}
