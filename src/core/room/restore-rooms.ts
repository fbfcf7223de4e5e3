// Restore rooms: the rooms of a file that comes from a backup get new epochs, and lose again what was deleted since the backup.
import type { Sql } from "../shared/contract.ts";
import { Schedule } from "../shared/schedule.ts";
import { hasTable, StoredTables } from "../shared/schema.ts";
import { Erasures } from "./erasures.ts";
import { Log } from "./log.ts";
import { MessageState } from "./message-state.ts";
import { NoticeBoard } from "./notice-board.ts";
import { Purges } from "./purges.ts";
import { repeatErasures } from "./repeat-erasures.ts";

const MESSAGE = '{"type":"message"';
/** They name messages of rooms: those that were told, and up to which one. */
const MENTION_TABLES = ["mention", "mention_cursor"];

/**
 * Ends the purges that have begun in a copy of a file with many rooms, so that
 * it holds nothing that nobody may read any more.
 */
export function finishPurges(sql: Sql): void {
  const rooms = [...roomsOf(sql, "purge"), ...roomsOf(sql, "user_erasure")];
  for (const name of new Set(rooms)) {
    const tables = new StoredTables(sql);
    const log = new Log(sql, name, tables);
    const purges = new Purges(
      {
        ...{ platform: { sql }, name, log },
        ...partsOf(sql, name, tables),
        schedule: new Schedule(["purge"]),
        rewrite: (changes) => log.rewrite(changes),
        broadcast: () => undefined,
      },
      tables,
    );
    purges.finish();
  }
}

/**
 * Erases again what the file's tables of erasures name.
 *
 * @param rooms whose erasures may be newer than their logs
 * @returns how many messages had to be erased
 */
export function repeatAllErasures(sql: Sql, rooms: Iterable<string>): number {
  const tables = new StoredTables(sql);
  let count = 0;
  for (const name of rooms) {
    const log = new Log(sql, name, tables);
    if (log.epoch === null) continue;
    const parts = partsOf(sql, name, tables);
    const older = { log, state: parts.messageState };
    count += repeatErasures(older, parts.erasures, log.epoch);
    parts.board.keepPins((seq) => log.line(seq)?.startsWith(MESSAGE) === true);
  }
  return count;
}

/** A room whose log had the epoch `before`; null: it had no log. */
export interface RenewedRoom {
  readonly room: string;
  readonly before: string | null;
  readonly epoch: string;
}

/**
 * Gives each room a new epoch, since its next events may have numbers that other
 * events had after the backup. Clients and endpoints of events find a gap.
 *
 * @param random bytes as base64url
 * @returns each room with both epochs
 */
export function renewEpochs(
  sql: Sql,
  random: (bytes: number) => string,
): RenewedRoom[] {
  const tables = new StoredTables(sql);
  const [hasReports, rooms] = [hasTable(sql, "report"), roomsOf(sql, "room")];
  const mentions = MENTION_TABLES.filter((table) => hasTable(sql, table));
  const renewed: RenewedRoom[] = [];
  for (const name of rooms) {
    const { epoch: before, head } = new Log(sql, name, tables);
    const epoch = random(6);
    renewed.push({ room: name, before, epoch });
    sql.exec("UPDATE room SET epoch = ? WHERE room = ?", epoch, name);
    if (head > 0) new Erasures(sql, name, tables).imported(epoch, before, head);
    for (const table of mentions)
      sql.exec(
        `UPDATE ${table} SET epoch = ? WHERE room = ? AND epoch = ?`,
        ...[epoch, name, before],
      );
    if (!hasReports) continue;
    sql.exec(
      "UPDATE report SET epoch = ? WHERE room = ? AND epoch = ?",
      ...[epoch, name, before],
    );
    // Endpoints know reports by it, and other reports will get their numbers.
    sql.exec(
      "UPDATE report_numbering SET epoch = ? WHERE room = ?",
      ...[random(6), name],
    );
  }
  return renewed;
}

function partsOf(sql: Sql, name: string, tables: StoredTables) {
  return {
    erasures: new Erasures(sql, name, tables),
    messageState: new MessageState(sql, name, tables),
    board: new NoticeBoard(sql, name, tables),
  };
}

/** Other rows have a space in their name, as an import that has begun. */
function roomsOf(sql: Sql, table: "purge" | "room" | "user_erasure"): string[] {
  if (!hasTable(sql, table)) return [];
  return sql
    .exec(`SELECT DISTINCT room FROM ${table} WHERE instr(room, ' ') = 0`)
    .map(({ room }) => String(room));
}
